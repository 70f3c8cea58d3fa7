"""What "the former", "both levels" and "one level up" stand for."""

from . import patterns as p
from .focus import Focus
from .sentence import Sentence

MAX_MENTIONS = 50  # of one sentence; a text without stops may hold any number
# Word, whether it goes by height, which of the two it means.
PAIR_WORDS = ((p.FORMER, False, 0), (p.LATTER, False, 1), (p.UPPER, True, 0), (p.LOWER, True, 1))


def of_pair(sentence: Sentence, focus: Focus) -> tuple[str, ...]:
    """ "The former", "the latter", "the upper one", "the lower of the two"."""
    found: list[str] = []
    for pattern, by_height, place in PAIR_WORDS:
        match = pattern.search(sentence.head)
        pair = _pair(sentence, focus, match.start()) if match else None
        if pair is None:
            continue
        if by_height:
            order = focus.regions.motion_segments
            pair.sort(key=lambda names: order.index(names[0]))
        found += pair[place]
    return tuple(dict.fromkeys(found))


def of_group(sentence: Sentence, focus: Focus) -> tuple[str, ...]:
    """ "Both levels", "at each of these", "all three": the levels named last, as many as are spoken of."""
    match = p.GROUP.search(sentence.head)
    if match is None or names_before(sentence, match.start()):
        return ()
    words = match.group().split()
    count = next((p.NUMBERS[word] for word in words if word in p.NUMBERS), None)
    if count is None or len(focus.last) == count:
        return focus.last
    mentions = _mentions(focus, sentence, match.start())[-count:]
    names = dict.fromkeys(name for mention in mentions for name in mention)
    return tuple(names) if len(mentions) == count else focus.last


def neighbours(sentence: Sentence, focus: Focus) -> tuple[str, ...]:
    """ "The level above", "one level down", "the next two levels up"."""
    order = focus.regions.motion_segments
    found: list[str] = []
    for match in p.NEIGHBOUR.finditer(sentence.head):
        after = [location for location in sentence.locations if location.start >= match.end()]
        gap = sentence.text[match.end() : after[0].start] if after else None
        base = [location for location in sentence.locations if location.end <= match.start()]
        if gap is not None and not gap.strip(" ,:(-–") and gap.strip():
            continue  # "the level above, C4/5" names it
        if gap is not None and not gap.strip():
            names = after[0].motion_segments
        elif sentence.head[match.end() :].lstrip().startswith(("the ", "a ")):
            continue  # "the disc above the fusion": not counted from a level
        else:
            names = base[-1].motion_segments if base else focus.current
        if not names:
            continue
        count = p.NUMBERS[match["count"] or match["count2"] or "one"]
        places = [order.index(name) for name in names]
        upwards = match["way"] in p.UPWARDS
        region = focus.regions.region_of(names[0])
        wanted = range(min(places) - count, min(places)) if upwards else range(max(places) + 1, max(places) + 1 + count)
        inside = [order[place] for place in wanted if 0 <= place < len(order)]
        found += [name for name in inside if focus.regions.region_of(name) == region]
    return tuple(dict.fromkeys(found))


def names_before(sentence: Sentence, at: int) -> bool:
    """Whether the sentence itself names what a later reference in it points to."""
    return bool(sentence.locations) and sentence.locations[0].start < at


def _pair(sentence: Sentence, focus: Focus, at: int) -> list[tuple[str, ...]] | None:
    """The two mentions last before a character of the sentence, in order of mention."""
    mentions = _mentions(focus, sentence, at)
    if mentions and len(mentions[-1]) == 2:
        return [(name,) for name in mentions[-1]]
    return mentions[-2:] if len(mentions) >= 2 else None


def _mentions(focus: Focus, sentence: Sentence, at: int) -> list[tuple[str, ...]]:
    """The mentions before a character of the sentence, each level once, at its latest place."""
    here = [location.motion_segments for location in sentence.locations[:MAX_MENTIONS] if location.start < at]
    latest: dict[tuple[str, ...], None] = {}
    for mention in [*focus.history, *here]:
        latest.pop(mention, None)
        latest[mention] = None
    return list(latest)
