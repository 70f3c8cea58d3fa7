"""The rules that place a sentence, each a function of its own.

A rule gets the sentence, what the report speaks of, and what the rules before it have placed; it returns the segments
that the sentence belongs to by this rule.
"""

from collections.abc import Mapping, Sequence

from . import patterns as p
from .focus import Focus
from .references import names_before, neighbours, of_group, of_pair
from .sentence import Sentence


def explicit(sentence: Sentence, focus: Focus, placed: Mapping[str, str]) -> Sequence[str]:
    """Every segment that the sentence names: "Protrusions at L3-4 and L4-5." """
    return sentence.named


def reference(sentence: Sentence, focus: Focus, placed: Mapping[str, str]) -> Sequence[str]:
    """Segments that it points to: "the former", "the lower of the two", "both levels", "one level up"."""
    if focus.foreign:
        return ()
    return (*neighbours(sentence, focus), *of_pair(sentence, focus), *of_group(sentence, focus))


def collective(sentence: Sentence, focus: Focus, placed: Mapping[str, str]) -> Sequence[str]:
    """Segments that it covers without naming them: "the remaining levels", "at all levels", "elsewhere"."""
    if not p.GRADED.search(sentence.head):
        # "The remaining levels look good" says it all; "at all levels" needs to be told what.
        spared = p.SPARED.search(sentence.head) or (
            p.REMAINING.search(sentence.head) and not p.UNGRADED.search(sentence.head)
        )
        if sentence.about_something_else or not spared:
            return ()
    if len(focus.regions) > 1 and p.BOTH_REGIONS.search(sentence.head):
        return [name for region in focus.regions for name in _covered(sentence, focus, region.motion_segments)]
    region = focus.region_spoken_of(sentence)
    return _covered(sentence, focus, region.motion_segments) if region else ()


def item(sentence: Sentence, focus: Focus, placed: Mapping[str, str]) -> Sequence[str]:
    """Segments that the line or paragraph opened with: "L4-5: Bulge. No stenosis." """
    below_heading = focus.bare and not sentence.leads and set(sentence.named) <= set(focus.current)
    return focus.current if focus.item and (not placed or below_heading) else ()


def continuation(sentence: Sentence, focus: Focus, placed: Mapping[str, str]) -> Sequence[str]:
    """Segments that the sentence goes on about: "At this level …", "It compresses the root." """
    if focus.foreign or focus.background or sentence.heading:
        return ()
    if focus.current and not placed:
        return focus.current
    points_back = p.SAME_LEVEL.search(sentence.head)
    if points_back is None or names_before(sentence, points_back.start()) or "reference" in placed.values():
        return ()
    return focus.last


def _covered(sentence: Sentence, focus: Focus, names: tuple[str, ...]) -> Sequence[str]:
    """Segments of a region that a collective statement covers."""
    unnamed = [name for name in names if name not in focus.everything_named]
    counted = p.COUNTED.search(sentence.head)
    if counted:
        count = p.NUMBERS[counted["count"]]
        before = [location for location in sentence.locations if location.end <= counted.start()]
        others = {name for location in before for name in location.motion_segments if before[-1] is not location}
        own = len(others.difference(before[-1].motion_segments)) == count if before else False
        fits = len(unnamed) == count or counted["others"] != "other"
        return unnamed if fits and not own else ()
    onwards = _up_to_end(sentence, focus, names)
    if onwards:
        return [name for name in onwards if name in unnamed]
    if p.REMAINING.search(sentence.head):
        # Where the report names no level of the region, the others are those of a region that is not read.
        return unnamed if len(unnamed) < len(names) else ()
    for match in p.ALL.finditer(sentence.head):
        before_it, after = sentence.head[: match.start()], sentence.head[match.end() :]
        if p.PARTIAL.search(before_it) or p.SURVEY.search(before_it):
            continue
        if not p.BOUNDED.match(after) and not _names_at_once(sentence, match.end()):
            return [name for name in names if name not in sentence.named]
    return ()


def _up_to_end(sentence: Sentence, focus: Focus, names: tuple[str, ...]) -> tuple[str, ...]:
    """Segments from a level to the end of the region: "L3-4 and all the way up", "the discs above that"."""
    match = p.UP_TO_END.search(sentence.head)
    base = [name for name in sentence.named or focus.last if name in names]
    pronoun = match is not None and match["beyond"] and not names_before(sentence, match.end() + 1)
    if not match or not base or (pronoun and sentence.locations):
        return ()  # "Above that the discs are dry, L2-3 and L3-4" names them
    places = [names.index(name) for name in base]
    upwards = (match["way"] or match["onward"] or match["beyond"]) in p.UPWARDS
    return names[: min(places)] if upwards else names[max(places) + 1 :]


def _names_at_once(sentence: Sentence, end: int) -> bool:
    """Whether a list of names follows at once: "at all levels: L3-4, L4-5 and L5-S1"."""
    return any(0 <= location.start - end <= 3 for location in sentence.locations)
