"""What is narrowed, and what is pressed on."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from .phrases import DISCS, EFFECTS, GRADES, HEADS, NARROWS, OTHERS, SITES, WEAK, Phrase
from .term import NUMBER, SIZE, Term

# What may stand between the members of a list of sites.
SPREAD = frozenset({"and", "or", "nor", "/", "&", "+", "as well as", "along with", "together with", ","})
ALONG = frozenset({"as well as", "along with", "together with", "with"})
AND = frozenset({"and", "&", "/", "+"})
BRACKETS = frozenset("([")
FAR = 30  # characters of other words after which a site is no part of a list
PLACES = frozenset({"foramen", "recess"})
PASSIVE = ("ed", "t")
NOUN = ("ion", "ions", "ment", "ments", "ity", "ities", "effect", "ure")
ADJECTIVE_FORMS = frozenset({"narrow", "narrowed", "stenotic", "stenosed", "tight", "constricted"})
# A stenosis of nothing is of the canal; so is what is "narrowed", but not what "narrows".
CANAL_WORDS = ("steno", "sten", "narrowing", "constriction")
NARROW_WORDS = ("steno", "sten", "narrow", "constrict", "tight")


def targets(phrases: Sequence[Phrase], i: int, j: int) -> list[Term]:
    """What an effect is on."""
    terms, effect = phrases[i].terms, phrases[i].terms[j]
    before: list[Term] = []
    for term in reversed(terms[:j]):
        if term.kind in SITES:
            before.append(term)
        elif term.kind in HEADS:
            break
    after: list[Term] = []
    for term in terms[j + 1 :]:
        if term.kind in SITES:
            after.append(term)
        elif term.kind in HEADS or term.kind in ("verb", "neg"):
            break
    adjacent = j > 0 and terms[j - 1].kind in SITES
    only_where = (
        bool(after) and all(term.kind in PLACES for term in after) and any(t.kind not in PLACES for t in before)
    )
    passive = effect.text.endswith(PASSIVE) or (effect.text.endswith(NOUN) and adjacent)
    if before and (passive or only_where or not after):
        along = phrases[i + 1 : i + 2]
        joined = _leading_sites(along[0]) if along and along[0].joiner in ALONG else []
        return [*_compound(before), *_listed_before(phrases, i), *joined]
    earlier = _sites_before(phrases, i) if passive and after and all(term.kind in PLACES for term in after) else []
    if earlier:
        return earlier  # "the root, compressed in the recess"
    if after:
        return [*_compound(after), *_listed_after(phrases, i)]
    # "displacing and compressing the root", "compressing (the sac and root)"
    following = phrases[i + 1] if i + 1 < len(phrases) else None
    if following and not following.strong and following.joiner in SPREAD | BRACKETS:
        heads = [term for term in following.terms if term.kind in HEADS]
        listed = following.joiner in AND and not any(term.kind in HEADS for term in terms[j + 1 :])
        if heads and (heads[0].kind in EFFECTS or following.joiner in BRACKETS or (listed and heads[0].kind in SITES)):
            sites = [term for term in heads if term.kind in SITES]
            if sites:
                return [*_compound(sites), *_listed_after(phrases, i + 1)]
    return _sites_before(phrases, i)


def narrowed(phrases: Sequence[Phrase], i: int, j: int, place: str) -> list[Term]:
    """What a narrowing is of."""
    phrase, term = phrases[i], phrases[i].terms[j]
    if term.kind == "canal_narrow":
        return [replace(term, kind="canal")]
    if term.kind == "foramen_narrow":
        return [replace(term, kind="foramen")]
    own = [one for one in _unparted(phrase.terms, j) if one.kind in SITES and one.kind not in ("root", "csf")]
    following = [one for one in phrase.terms[j + 1 : j + 2] if one in own]
    if following and term.text in ADJECTIVE_FORMS:
        return [*following, *_listed_after(phrases, i)]  # "compressed in a narrowed foramen"
    narrowings = [one for one in phrase.terms if one.kind in NARROWS]
    if own and len(narrowings) > 1:
        own = [min(own, key=lambda one: abs(one.start - term.start))]
    if own:
        return [*own, *_listed_before(phrases, i), *_listed_after(phrases, i)]
    if "disc" in phrase.kinds and not term.text.startswith("steno"):
        return []
    listed = [one for one in _listed_before(phrases, i) if one.kind not in ("root", "csf")]
    if listed:
        return listed
    for k in range(i - 1, -1, -1):
        if phrases[k + 1].strong and phrases[k + 1].joiner not in WEAK:
            break
        sites = [one for one in phrases[k].terms if one.kind in ("canal", "sac", "foramen", "recess")]
        if sites:
            return [*sites[-1:], *_listed_before(phrases, k)]
        if phrases[k].has(DISCS | OTHERS):
            break
    if "side" in phrase.kinds and (place in PLACES or not place):
        return [replace(term, kind=place or "foramen")]  # a canal has no sides
    # "a narrowed level" is a narrow disc as often as a narrow canal; "stenosis" is of the canal.
    sure = term.text.startswith(CANAL_WORDS) or ("verb" in phrase.kinds and term.text.startswith(NARROW_WORDS))
    return [replace(term, kind="canal")] if sure and "wear" not in phrase.kinds else []


def _sites_before(phrases: Sequence[Phrase], i: int) -> list[Term]:
    """The sites that the clause spoke of before: "the root is displaced and compressed"."""
    for k in range(i - 1, -1, -1):
        if phrases[k + 1].strong and phrases[k + 1].joiner not in WEAK:
            break
        sites = [term for term in phrases[k].terms if term.kind in SITES]
        if sites:
            return [*_compound(sites), *_listed_before(phrases, k)]
    return []


def _compound(sites: list[Term]) -> list[Term]:
    """The sites of an effect; one that only says where ("the root in the recess") is none of them."""
    if sites and sites[0].kind == "csf":
        return sites[:1]  # "the CSF in front of the cord"
    bodies = any(site.kind in ("root", "cord", "sac") for site in sites)
    return [site for site in sites if site.kind not in PLACES] if bodies else sites


def _listed_before(phrases: Sequence[Phrase], i: int) -> list[Term]:
    found: list[Term] = []
    while i and phrases[i].joiner in SPREAD and not phrases[i].strong and _only_sites(phrases[i - 1]):
        i -= 1
        found += [term for term in phrases[i].terms if term.kind in SITES]
    return found


def _listed_after(phrases: Sequence[Phrase], i: int) -> list[Term]:
    found: list[Term] = []
    for before, phrase in pairwise(phrases[i:]):
        sites = _leading_sites(phrase) if phrase.joiner in SPREAD else []
        if not sites or sites[0].start - before.end > FAR:
            break
        found += sites
    return found


def _leading_sites(phrase: Phrase) -> list[Term]:
    """The sites that a phrase opens with, where it says nothing else of them."""
    if phrase.has(NARROWS | EFFECTS) or phrase.kinds & {"verb", "normal", "none", "neg", *GRADES}:
        return []
    found = []
    for term in phrase.terms:
        if term.kind in SITES:
            found.append(term)
        elif term.kind in HEADS:
            break
    return _compound(found)


def _only_sites(phrase: Phrase) -> bool:
    """Whether a phrase but names sites, as one of a list does."""
    heads = [term for term in phrase.terms if term.kind in HEADS]
    says = phrase.kinds & {"verb", "normal", "none", "diameter", SIZE, NUMBER}
    return bool(heads) and all(term.kind in SITES for term in heads) and not says


def _unparted(terms: Sequence[Term], j: int) -> Sequence[Term]:
    """The terms of a phrase between the denials around one of them: "moderate stenosis without cord contact"."""
    denials = [k for k, term in enumerate(terms) if term.kind == "neg"]
    start = max((k for k in denials if k < j), default=0)
    return terms[start : min((k for k in denials if k > j), default=len(terms))]
