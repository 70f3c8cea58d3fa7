"""Which parts of a sentence may concern one of the motion segments that it names.

"Severe stenosis at L4-5 and mild at L3-4": of L3-4 the sentence says "stenosis at … and mild at L3-4". Each mention
draws what stands with it; what is said once for several levels goes to each of them. Where nothing tells, the whole
sentence is kept.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from . import clause_patterns as p
from .clause_pieces import Named, Piece, groups_of, names, pieces_of, with_foreign
from .spans import Spans, merged, overlap, without
from .term import NUMBER, SIZE, Term
from .terms import read_terms

BLANK = " \t\r\n,;."


def clauses(sentence: str, mentions: Sequence[Named], segment: str) -> Spans:
    """The parts of a sentence that may concern a motion segment.

    sentence (str): Its text.
    mentions (Sequence[Named]): The motion segments that it names, by characters of the sentence, in order.
    segment (str): The one asked about; it may be one that the sentence covers without naming it.
    RETURNS (list[tuple[int, int]]): Start and end of each part, in order, without overlap. The whole sentence where it
        speaks of one level only, or nothing tells its parts apart.
    """
    whole = [(0, len(sentence))]
    if not mentions:
        return whole
    ordered = with_foreign(sentence, mentions)
    groups = groups_of(sentence, ordered)
    rest = p.COLLECTIVE.search(sentence)
    others = _collective_part(sentence, groups, rest) if rest else None
    if any(segment in names(group) for group in groups):
        found = _of_named(sentence, ordered, groups, others, segment)
    elif rest:
        found = [others] if others else whole
    else:
        found = _of_all(sentence, groups)
    return [span for span in merged(found) if sentence[slice(*span)].strip(BLANK)] or whole


def _of_named(
    sentence: str,
    mentions: Sequence[Named],
    groups: Sequence[list[Named]],
    others: tuple[int, int] | None,
    segment: str,
) -> Spans:
    """What a sentence says of a segment that it names.

    others (tuple[int, int] | None): The part about "the remaining levels".
    """
    terms = [t for t in read_terms(sentence) if not any(m.start < t.end and t.start < m.end for m in mentions)]
    pieces, shared = pieces_of(sentence, groups, terms, others)
    own: Spans = []
    for i, piece in enumerate(pieces):
        if segment in piece.names:
            own += without(piece.start, piece.end, _of_others(sentence, piece, segment))
            own += _inherited(sentence, pieces, i, segment) or _excepted(piece, terms, others)
    return overlap([*own, *shared], _pointed(sentence, mentions, segment))


def _of_all(sentence: str, groups: Sequence[Sequence[Named]]) -> Spans:
    """What a sentence says of a segment that it covers without naming it."""
    excepted = p.EXCEPTED.search(sentence, 0, groups[0][0].start)
    if excepted:
        return [(0, excepted.start())]
    everything = p.ALL.search(sentence)
    return [(0, _end_of_all(sentence, groups, everything) if everything else len(sentence))]


def _end_of_all(sentence: str, groups: Sequence[Sequence[Named]], everything: re.Match[str]) -> int:
    """Where a statement about all levels ends and one about a named level begins."""
    after = [group[0].start for group in groups if group[0].start >= everything.end()]
    if not after or p.JOINT.fullmatch(sentence[everything.end() : after[0]]):
        return len(sentence)
    stops = [match.start() for match in p.BREAK.finditer(sentence, everything.end(), after[0])]
    stops += [match.start() for match in p.WITH.finditer(sentence, everything.end(), after[0])]
    return min(stops, default=len(sentence))


def _collective_part(sentence: str, groups: Sequence[Sequence[Named]], rest: re.Match[str]) -> tuple[int, int] | None:
    """The part about "the remaining levels" of a sentence that names some, or None where it cannot be told apart."""
    before = [group[-1].end for group in groups if group[-1].end <= rest.start()]
    after = [group[0].start for group in groups if group[0].start >= rest.end()]
    start = before[-1] if before else 0
    breaks = [match.end() for match in p.BREAK.finditer(sentence, start, rest.start())]
    start = breaks[-1] if breaks and before else start
    if before and not breaks:
        return None
    end = after[0] if after else len(sentence)
    stops = [match.start() for match in (p.STRONG if not after else p.BREAK).finditer(sentence, rest.end(), end)]
    if after and not stops:
        return None
    return start, (stops[-1] if after else stops[0]) if stops else end


def _pointed(sentence: str, mentions: Sequence[Named], segment: str) -> Spans:
    """What is left to a segment of a sentence that points back: "the former …, the latter …"."""
    points = [match for match in p.POINTING.finditer(sentence) if mentions[0].end <= match.start()]
    lost: Spans = []
    for i, match in enumerate(points):
        before = [name for m in mentions if m.end <= match.start() for name in m.motion_segments]
        which = match["which"].lower()
        place = p.PLACE_OF[which]
        if len(before) < 2 or (which == "former" and len(before) > 2) or not -len(before) <= place < len(before):
            continue
        stops = [m.start for m in mentions if m.start >= match.end()]
        stops += [one.start() for one in p.STRONG.finditer(sentence, match.end())]
        stops += [one.start() for one in points[i + 1 : i + 2]]
        if before[place] != segment:
            lost.append((match.start(), min(stops, default=len(sentence))))
    return without(0, len(sentence), lost)


def _of_others(sentence: str, piece: Piece, segment: str) -> Spans:
    """What a piece gives to other mentions of its list: "moderate and severe respectively", "8, 9 and 11 mm"."""
    listed = [name for mention in piece.mentions for name in mention.motion_segments]
    if len(listed) < 2 or listed.count(segment) != 1:
        return []
    place = listed.index(segment)
    ordered = p.RESPECTIVELY.search(sentence, piece.start, piece.end) is not None
    for kinds in (p.GRADES, {SIZE}, {NUMBER}):
        run = _run(sentence, [term for term in piece.terms if term.kind in kinds], len(listed), ordered)
        if run:
            return [(term.start, term.end) for i, term in enumerate(run) if i != place]
    return []


def _run(sentence: str, values: Sequence[Term], count: int, ordered: bool) -> Sequence[Term]:
    """As many values as there are names, with commas between them; any that many where the sentence says so."""
    if ordered:
        return values if len(values) == count else []
    for i in range(len(values) - count + 1):
        run = values[i : i + count]
        gaps = [sentence[a.end : b.start] for a, b in pairwise(run)]
        # Two values with a comma are a range, or two sides, as often as two levels.
        if count == 2 and len(values) == 2 and p.PAIR_JOINT.fullmatch(gaps[0]):
            return run
        if count > 2 and all(p.VALUE_JOINT.fullmatch(gap) for gap in gaps):
            return run
    return []


def _inherited(sentence: str, pieces: Sequence[Piece], i: int, segment: str) -> Spans:
    """What a piece leaves unsaid and its neighbour says: "stenosis" for "mild at L3-4"."""
    piece = pieces[i]
    source = next((one for one in reversed(pieces[:i]) if one.kinds & p.FINDINGS), None)
    others = [one for one in pieces if one is not piece and segment in one.names]
    told = any(one.kinds & (p.FINDINGS | p.GRADES) for one in others)
    if source is None and not told:
        # "large L3-4 and small L4-5 protrusion"
        source = next((one for one in pieces[i + 1 :] if one.kinds & p.FINDINGS), None)
    if source is None or piece.kinds & p.ANSWERS:
        return []
    found = piece.kinds & p.FINDINGS
    another = p.ANOTHER.search(sentence, piece.start, piece.mentions[0].start)
    if "neg" in piece.kinds and not piece.kinds & p.GRADES and not found:
        return []  # "but not at L4-5"
    if found and found <= p.SITES and not piece.kinds & (p.GRADES | {"neg"}):
        # "the C5-6 foramina are severely narrowed, the C6-7 foramen on the left only"
        return [(t.start, t.end) for t in source.terms if t.kind in p.STATEMENTS]
    if found and another and not found & p.DISCS:
        return [(term.start, term.end) for term in source.terms if term.kind in p.DISCS]
    if found:
        # "moderate foraminal stenosis at C5-6, severe stenosis at C6-7": of the foramen too.
        wanted = p.PLACES if "narrow" in found else p.PRESSED
        places = [t for t in source.terms if t.kind in wanted] if found <= p.PLACELESS else []
        return [(term.start, term.end) for term in places]
    own_grade = piece.kinds & (p.GRADES | {SIZE})
    dropped = [t for t in source.terms if own_grade and t.kind in (p.GRADES | {SIZE})]
    if own_grade or p.EXCEPTION.search(" ".join(t.text for t in piece.terms)):
        dropped += [t for t in source.terms if t.kind == "neg"]
    cut = [(t.start, t.end) for t in dropped] + [(m.start, m.end) for m in source.mentions]
    # "severe at L3-4 with compression of the root, moderate at L2-3": the root is not told again.
    behind = source.mentions[-1].end
    end = behind if own_grade and p.TRAILING.match(sentence, behind) else source.end
    return without(source.start, end, cut)


def _excepted(piece: Piece, terms: Sequence[Term], others: tuple[int, int] | None) -> Spans:
    """What an exception leaves unsaid: "bulges at all levels, mild except at L4-5, where they are large"."""
    if others is None or piece.kinds & (p.FINDINGS | p.ANSWERS) or not piece.kinds & p.GRADES:
        return []
    return [(t.start, t.end) for t in terms if others[0] <= t.start < others[1] and t.kind in p.FINDINGS]
