"""Terms → findings: what a sentence says of discs, canal, foramina, roots and cord."""

from collections.abc import Sequence
from dataclasses import replace

from .finding import Finding
from .grading import Reading, of_canal
from .phrases import DISCS, EFFECTS, GRADES, NARROWS, OF_SIZE, OTHERS, SITES, Phrase, phrases_of
from .sites import narrowed, targets
from .term import NUMBER, SIZE, Term

CLINICAL = "myelopath"  # a diagnosis, not a sign
LOSS = ("loss", "lost")


def findings(terms: Sequence[Term], end: int, place: str = "", pressed: str = "") -> tuple[list[Finding], list[Term]]:
    """What a sentence says.

    terms (Sequence[Term]): Of the parts of it that count.
    end (int): Where it ends.
    place (str): The site that the text spoke of before, for a narrowing that names none; "" for none.
    pressed (str): The cord or root that a heading announced, for an effect that names no site; "" for none.
    RETURNS (tuple[list[Finding], list[Term]]): What it says, denied ones too, and the grades that are of nothing in it.
    """
    phrases = phrases_of(terms, end)
    reading = Reading.of(phrases)
    found: list[Finding] = []
    for i, phrase in enumerate(phrases):
        for j, term in enumerate(phrase.terms):
            if term.kind in DISCS:
                found.append(_finding(reading, term, term.kind, "", [term]))
            elif term.kind in EFFECTS:
                sites = targets(phrases, i, j) or ([replace(term, kind=pressed)] if pressed else [])
                found += [_finding(reading, term, term.kind, site.kind, [term, site]) for site in sites]
            elif term.kind in NARROWS:
                found += [
                    _finding(reading, term, "narrow", site.kind, [term, site])
                    for site in narrowed(phrases, i, j, place)
                ]
            elif term.kind in SITES and reading.grades.get(term) and not phrase.has(NARROWS | EFFECTS):
                if not all(grade.text in OF_SIZE for grade in reading.grades[term]):  # "the canal is large"
                    found.append(_finding(reading, term, "narrow", term.kind, [term]))
            elif term.kind in ("canal", "sac") and reading.sizes.get(term) and not phrase.has(DISCS | {"diameter"}):
                found.append(_finding(reading, term, "diameter", "canal", [term]))
            elif term.kind == "canal" and _bare_number(phrase, j):
                spans = ((term.start, phrase.terms[j + 1].end),)
                found.append(Finding("diameter", "canal", size=phrase.terms[j + 1].value, spans=spans))
            elif term.kind == "diameter" and of_canal(phrases, i):
                found += _diameter(phrases, i, j)
            elif term.kind == "csf" and any(one.text.startswith(LOSS) for one in phrase.terms):
                found.append(_finding(reading, term, "efface", "csf", [term]))
            elif _of_cord(term, phrase):
                found.append(_finding(reading, term, "signal", "cord", [term]))
    return found, reading.loose


def _finding(reading: Reading, head: Term, kind: str, site: str, words: Sequence[Term]) -> Finding:
    sites = [word for word in words if word.kind in SITES and word is not head]
    own = reading.grades.get(head, [])
    if kind in ("narrow", *EFFECTS):
        own = [grade for site_term in sites for grade in reading.grades.get(site_term, [])] or own
    sizes = reading.sizes.get(head, [])
    spans = sorted({(term.start, term.end) for term in (*words, *own, *sizes)})
    return Finding(
        kind=kind,
        site=site,
        grade=max((GRADES[grade.kind] for grade in own), default=0),
        size=sizes[0].value if sizes else 0.0,
        denied=head in reading.denied,
        resolved=head in reading.resolved,
        clinical=head.text.startswith(CLINICAL),
        spans=tuple(spans),
    )


def _diameter(phrases: Sequence[Phrase], i: int, j: int) -> list[Finding]:
    """The diameter that a word for it announces: "AP 9 mm", "9 mm AP", "the canal diameter, 9 mm"."""
    terms = phrases[i].terms
    following = phrases[i + 1].terms[:1] if i + 1 < len(phrases) and not phrases[i + 1].strong else []
    places = [*terms[j + 1 :], *(term for term in terms[:j] if term.kind == SIZE), *following]
    measured = next((term for term in places if term.kind in (SIZE, NUMBER)), None)
    if measured is None or any(term.kind == "diameter" for term in terms[:j]):
        return []
    spans = tuple(sorted((term.start, term.end) for term in (terms[j], measured)))
    return [Finding("diameter", "canal", size=measured.value, spans=spans)]


def _bare_number(phrase: Phrase, j: int) -> bool:
    """Whether a number follows the canal at once and ends the phrase: "canal 9"."""
    return [term.kind for term in phrase.terms[j + 1 :]] == [NUMBER] and not phrase.has(DISCS)


def _of_cord(term: Term, phrase: Phrase) -> bool:
    """Whether a term says that the cord's signal is changed, rather than that of a disc or a root."""
    if term.kind != "signal" and not (term.kind == "signal_word" and "abnormal" in phrase.kinds):
        return False
    return "cord" in phrase.kinds or "cord" in term.text or not phrase.kinds & {"disc", "root", *OTHERS}
