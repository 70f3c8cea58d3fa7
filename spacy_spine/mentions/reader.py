"""Tokens → items: the single vertebrae, pairs and ranges of a text, each read as what costs least."""

from dataclasses import dataclass

from ..anatomy import Region
from .chains import Piece, pieces
from .column import Column
from .context import RegionContext
from .groups import Unit, find_groups, is_mere_number, is_sure
from .lexicon import table
from .readings import Atom, Reading, readings
from .tokens import ALIKES, Kind, Token

BEAM = 32
LIST, RANGE = "list", "range"


@dataclass(frozen=True, slots=True)
class Item:
    """A piece with its place among the tokens.

    piece (Piece): What it says.
    first, last (int): Its first and last token.
    link (str): How it is tied to the item before: "" not at all, "list", "range".
    """

    piece: Piece
    first: int
    last: int
    link: str


def read_items(text: str, tokens: list[Token], column: Column, context: RegionContext) -> list[Item]:
    """All vertebrae, pairs and ranges.

    text (str): The text.
    tokens (list[Token]): Its tokens.
    column (Column): The vertebral column.
    context (RegionContext): The region spoken of, for numbers without a letter; lettered mentions are noted in it.
    RETURNS (list[Item]): In the order of the text.
    """
    items: list[Item] = []
    for group in find_groups(tokens):
        while group:
            last = items[-1] if items else None
            if len(group) == 1 and not is_sure(group[0]):
                break
            link = link_between(tokens, last.last, group[0].at) if last else ""
            if not link and len(group) > 1 and group[1].join in (" ", "") and is_mere_number(group[0]):
                group = group[1:]
                continue
            previous = last.piece.bottom if last and link else None
            region = region_of(last.piece, column) if last and link else None
            found = _read(text, group, column, region or context.at(group[0].token.start), previous)
            if found:
                items += _items(found, group, link)
                named = region_of(found[-1], column) if found[-1].lettered else None
                # "11" may be read as L1 where it stands alone, but says nothing of the region.
                if named and not (found[-1].single and found[-1].cost):
                    context.note(found[-1].start, named)
            end = found[-1].end if found else group[0].token.end
            group = [unit for unit in group if unit.token.start >= end]
    return items


def link_between(tokens: list[Token], left: int, right: int) -> str:
    """How the tokens between two items tie them: a list, a range, or not at all."""
    if right - left > 6:
        return ""
    between = tokens[left + 1 : right]
    if not between:
        return LIST if tokens[right].gap != "\n" else ""
    kinds = [token.kind for token in between]
    lexicon = {name: table("lexicon", name) for name in ("range_adverbs", "list_fillers")}
    if _is_ellipsis(between, tokens[right]):
        return RANGE
    if Kind.RANGE in kinds:
        others = [token for token in between if token.kind is not Kind.RANGE]
        return RANGE if all(token.text in lexicon["range_adverbs"] for token in others) else ""
    separated = kinds == [Kind.SEPARATOR] and between[0].text != "." and tokens[right].gap != "\n"
    if kinds[0] is Kind.LIST or separated:
        others = [token for token in between[1:] if token.kind is not Kind.LIST]
        return LIST if all(token.text in lexicon["list_fillers"] for token in others) else ""
    return ""


def _is_ellipsis(between: list[Token], after: Token) -> bool:
    """Whether two points stand for what lies between, "L2/3 .. L5/S1"; a full stop has no space before it."""
    if [token.text for token in between] != [".", "."] or between[1].gap:
        return False
    return between[0].gap == after.gap and after.gap in ("", " ")


def _read(
    text: str, group: list[Unit], column: Column, region: Region | None, previous: int | None
) -> list[Piece] | None:
    """The cheapest reading of a group; digits are taken for misprints only where nothing else gives a pair."""
    best = _cheapest(group, [unit.token.readings for unit in group], column, region, previous)
    tight = all(unit.join in ("-", "/") for unit in group[1:])
    if len(group) == 1 and not any(sign in group[0].token.text for sign in ALIKES):
        tight = False
    if tight and (best is None or all(piece.single for piece in best)):
        repaired = [tuple(readings(text[u.token.start : u.token.end], u.token.start, column, True)) for u in group]
        again = _cheapest(group, repaired, column, region, previous)
        if again and len(again) == 1 and again[0].bottom == again[0].top + 1:
            return again
    return best


def _cheapest(
    group: list[Unit], choices: list[tuple[Reading, ...]], column: Column, region: Region | None, previous: int | None
) -> list[Piece] | None:
    best: tuple[float, list[Piece]] | None = None
    for atoms in _sequences(group, choices):
        read = pieces(atoms, column, region, previous)
        if read and (best is None or read[0] < best[0]):
            best = read
    return best[1] if best else None


def _sequences(group: list[Unit], choices: list[tuple[Reading, ...]]) -> list[list[tuple[Atom, str]]]:
    """Atom sequences of the group's readings, at most BEAM, shortened where a unit fits nowhere."""
    partial: list[list[tuple[Atom, str]]] = [[]]
    ended: list[list[tuple[Atom, str]]] = []
    for unit, options in zip(group, choices, strict=True):
        longer = [
            [*done, *_joined(reading, unit.join)]
            for done in partial
            for reading in options
            if not done or _may_follow(done[-1][0], reading, unit.join)
        ]
        if not longer:
            break
        if unit.join in (" ", ".", " - ", " / ") and any(atom.cost for reading in options for atom in reading):
            ended += [done for done in partial if done]
        partial = sorted(longer, key=_cost)[:BEAM]
    return [*partial, *ended]


def _joined(reading: Reading, join: str) -> list[tuple[Atom, str]]:
    joined: list[tuple[Atom, str]] = []
    for atom in reading:
        if atom.separates:
            join = "-"
            continue
        joined.append((atom, join))
        join = ""
    return joined


def _may_follow(last: Atom, reading: Reading, join: str) -> bool:
    """Whether a reading goes on from an atom.

    A look-alike after a space is a word or a sign, unless a letter waits for its 1: "L5 S I". Several digits in a
    run are only vertebrae after a letter: "L 45".
    """
    if len(reading) > 1 and reading[0].number and not last.letter:
        return False
    confused = any(atom.cost and not atom.spoken for atom in reading)
    return join not in (" ", ".") or not confused or (bool(last.letter) and reading[0].number == 1)


def _cost(atoms: list[tuple[Atom, str]]) -> float:
    return sum(atom.cost for atom, _ in atoms)


def _items(found: list[Piece], group: list[Unit], link: str) -> list[Item]:
    items = []
    for piece in found:
        inside = [unit.at for unit in group if unit.token.start < piece.end and piece.start < unit.token.end]
        items.append(Item(piece, inside[0], inside[-1], link))
        link = LIST
    return items


def region_of(piece: Piece, column: Column) -> Region | None:
    """The region that a piece lies in, or begins in."""
    names = column.between(piece.top, max(piece.bottom, piece.top + 1))
    return column.regions.region_of(names[0]) if names else None
