"""Items → mentions: pairs of single vertebrae, discs named after one vertebra, ranges, "and upwards"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from .column import Column
from .lexicon import table, words
from .mention import Mention
from .plausible import names_vertebrae
from .reader import LIST, RANGE, Item, region_of
from .tokens import Kind, Token


@dataclass(frozen=True, slots=True)
class Entry:
    """An item on its way to a mention: from one vertebra down to another, over some tokens."""

    item: Item
    top: int
    bottom: int
    first: int
    last: int
    link: str


def combine(items: list[Item], tokens: list[Token], column: Column, strict: bool) -> list[Mention]:
    """Mentions of the regions' motion segments.

    items (list[Item]): Single vertebrae, pairs and ranges, in the order of the text.
    tokens (list[Token]): The text's tokens.
    column (Column): The vertebral column.
    strict (bool): Whether loosely joined vertebrae need evidence, as in running text.
    RETURNS (list[Mention]): In order; what stands for nothing in the regions is left out.
    """
    entries = [entry for run, after in _runs(items) for entry in _read_run(run, after, tokens, strict)]
    mentions = []
    for entry in _spans(entries):
        entry = _directed(_spoken_two(entry, tokens, column, strict), tokens, column, strict)
        segments = column.between(entry.top, entry.bottom)
        if segments:
            mentions.append(Mention(tokens[entry.first].start, _end(entry, tokens), segments))
    return mentions


def _end(entry: Entry, tokens: list[Token]) -> int:
    # A piece may end inside its last token, as in "L5S1!".
    return max(tokens[entry.last].end, entry.item.piece.end) if entry.last >= entry.item.last else entry.item.piece.end


def _runs(items: list[Item]) -> Iterator[tuple[list[Item], Item | None]]:
    """Single vertebrae in a list belong together, everything else stands alone; each with the item after it."""
    run: list[Item] = []
    for item in items:
        if run and not (item.link == LIST and item.piece.single and run[-1].piece.single):
            yield run, item
            run = []
        run.append(item)
    if run:
        yield run, None


def _read_run(run: list[Item], after: Item | None, tokens: list[Token], strict: bool) -> list[Entry]:
    entries = [Entry(i, i.piece.top, i.piece.bottom, i.first, i.last, i.link) for i in run]
    if not run[0].piece.single:
        return entries
    noun, plural = _disc_noun(tokens, run[-1].last, strict)
    if noun is not None and (plural or len(run) != 2 or run[1].piece.top != run[0].piece.top + 1):
        discs = [replace(e, bottom=e.top + 1) for e in entries if not (strict and e.item.piece.cost)]
        return [*discs[:-1], replace(discs[-1], last=noun)] if discs else entries
    if _are_pairs(run, after, tokens, strict):
        firsts, seconds = entries[::2], entries[1::2]
        return [
            replace(a, bottom=b.bottom, last=b.last, item=replace(b.item, link=a.link))
            for a, b in zip(firsts, seconds, strict=True)
        ]
    return entries


def _disc_noun(tokens: list[Token], at: int, strict: bool) -> tuple[int | None, bool]:
    """The last token of "disc", "disc space" or "interspace" after a vertebra, and whether it is plural."""
    following = [token.text for token in takewhile(_is_word, tokens[at + 1 : at + 3])]
    opened = len(following) == 2 and following[0] in table("lexicon", "disc_openers")
    if opened and following[1] in words("disc_spaces", "disc"):
        return at + 2, following[1].endswith("s")
    nouns = words("disc") if strict else words("disc", "foramen")
    if following and following[0] in nouns:
        return at + 1, following[0].endswith("s")
    return None, False


def _is_word(token: Token) -> bool:
    return token.kind is Kind.WORD


def _are_pairs(run: list[Item], following: Item | None, tokens: list[Token], strict: bool) -> bool:
    """Whether singles in a list are segments: "L4, L5", "C5 and C6 level", "C3, C4; C4, C5; and C5, C6"."""
    if len(run) % 2 or any(b.piece.top != a.piece.top + 1 for a, b in zip(run[::2], run[1::2], strict=True)):
        return False
    if run[0].link == RANGE and following is not None and following.link == RANGE:
        return False
    inner = [_between(tokens, a, b) for a, b in zip(run[::2], run[1::2], strict=True)]
    outer = [_between(tokens, a, b) for a, b in zip(run[1::2], run[2::2], strict=False)]
    repeated = all(b.piece.top == a.piece.top for a, b in zip(run[1::2], run[2::2], strict=False))
    if outer and not repeated and (set(inner) != {","} or "," in outer):
        return False
    if not strict:
        return True
    after = tokens[run[-1].last + 1] if run[-1].last + 1 < len(tokens) else None
    before = {token.text for token in tokens[max(0, run[0].first - 2) : run[0].first]}
    if set(inner) == {","}:
        return not names_vertebrae(tokens, run[0].first, run[-1].last) and not any(i.piece.spoken for i in run)
    if len(run) != 2 or after is None:
        return len(run) == 2 and bool(before & table("lexicon", "between"))
    opens = not run[0].first or tokens[run[0].first].gap == "\n"
    if after.text == ":" and opens and not run[1].piece.lettered:
        return True
    between = bool(before & table("lexicon", "between")) and after.text not in table("lexicon", "processes")
    return between or after.text in table("lexicon", "level")


def _between(tokens: list[Token], left: Item, right: Item) -> str:
    return " ".join(token.text for token in tokens[left.last + 1 : right.first])


def _spans(entries: list[Entry]) -> list[Entry]:
    """Join what a range word ties together."""
    joined: list[Entry] = []
    for entry in entries:
        last = joined[-1] if joined else None
        if last and entry.link == RANGE:
            top, bottom = min(last.top, entry.top), max(last.bottom, entry.bottom)
            joined[-1] = replace(last, item=entry.item, top=top, bottom=bottom, last=entry.last)
        else:
            joined.append(entry)
    return joined


def _spoken_two(entry: Entry, tokens: list[Token], column: Column, strict: bool) -> Entry:
    """A dictated "L1 to" that nothing follows is L1-L2."""
    at = entry.last + 1
    if entry.top != entry.bottom or at >= len(tokens):
        return entry
    number = table("lexicon", "range_homophones").get(tokens[at].text)
    if number is None or column.follow(entry.top, number) != entry.top + 1:
        return entry
    closed = at + 1 == len(tokens) or tokens[at + 1].text in table("lexicon", "finding")
    if not closed or (strict and at + 1 == len(tokens)):
        return entry
    return replace(entry, bottom=entry.top + 1, last=at)


def _directed(entry: Entry, tokens: list[Token], column: Column, strict: bool) -> Entry:
    """Extend "L3-4 downwards" and "L3-4 and above" to the end of the region."""
    region = region_of(replace(entry.item.piece, top=entry.top, bottom=entry.bottom), column)
    at = entry.last + 1
    while at < len(tokens) and at < entry.last + 5 and tokens[at].text in table("lexicon", "direction_adverbs"):
        at += 1
    if (
        region is None
        or at >= len(tokens)
        or tokens[at].kind is not Kind.WORD
        or (strict and entry.top == entry.bottom)
    ):
        return entry
    bare = at == entry.last + 1 and strict and not _from_here_on(entry, at, tokens)
    down = words("down_alone") if bare else words("down", "down_alone")
    up = words("up_alone") if bare else words("up", "up_alone")
    inside = [position for position, name in column.names.items() if name in region.motion_segments]
    if tokens[at].text in down:
        return replace(entry, bottom=max(inside) + 1, last=at)
    if tokens[at].text in up:
        return replace(entry, top=min(inside), bottom=max(entry.bottom, entry.top), last=at)
    return entry


def _from_here_on(entry: Entry, at: int, tokens: list[Token]) -> bool:
    """Whether a bare direction ends what "from" began: "all levels from L3-4 down."."""
    began = entry.first > 0 and tokens[entry.first - 1].text == "from"
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return began and (after is None or after.gap == "\n" or after.kind not in (Kind.WORD, Kind.UNIT, Kind.RANGE))
