"""Atoms → vertebrae → pieces: pairs ("L4-5"), chains ("L3-4-5"), ranges ("L3-S1") and single vertebrae."""

from dataclasses import dataclass, replace

from ..anatomy import Region
from .column import Column
from .readings import Atom

# How two atoms are joined: "" and " " as such, "." for a point, "-" and "/" for the separators, " - " with spaces
# around, "on" for a word between two vertebrae.
EXPLICIT = ("-", "/", " - ", " / ")
TRUNCATED = 1.5
REVERSED = 1.0
SPANNING = 0.5
ORPHAN = 3.0


@dataclass(frozen=True, slots=True)
class Part:
    """A vertebra as it is written: a letter or none, a number or none; `alike` where the letter is a look-alike."""

    letter: str
    number: int
    start: int
    end: int
    join: str
    cost: float
    spoken: bool
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that names one vertebra or what lies between two.

    top, bottom (int): Positions in the column; the same for a single vertebra.
    start, end (int): Characters of the text.
    cost (float): How far it is from the usual spelling.
    lettered (bool): Whether a letter is written.
    spoken (bool): Whether numbers or letters are words.
    join (str): What stands between its first two vertebrae.
    """

    top: int
    bottom: int
    start: int
    end: int
    cost: float
    lettered: bool
    spoken: bool
    join: str

    @property
    def single(self) -> bool:
        return self.top == self.bottom


def pieces(
    atoms: list[tuple[Atom, str]], column: Column, region: Region | None, previous: int | None = None
) -> tuple[float, list[Piece]] | None:
    """Read joined atoms as pieces.

    atoms (list[tuple[Atom, str]]): Atoms, each with how it is joined to the one before.
    column (Column): The vertebral column.
    region (Region | None): Where numbers without any letter are read; None where it is not known.
    previous (int | None): The vertebra before in the same list or range, which a lone number follows.
    RETURNS (tuple[float, list[Piece]] | None): Cost of the reading and its pieces, or None where it is none.
    """
    parts = _parts(atoms)
    if not parts:
        return None
    placed = _place(parts, column, region, previous)
    if not placed:
        return None
    found, at = [], 0
    while at < len(placed):
        piece, at = _piece(placed, at, column)
        found.append(piece)
    cost = sum(piece.cost + ORPHAN * piece.single for piece in found) + ORPHAN * (len(parts) - len(placed))
    return cost, _merge(found, placed)


Placed = tuple[int, Part]


def _parts(atoms: list[tuple[Atom, str]]) -> list[Part]:
    """Join letters with their numbers; empty where two letters meet or a letter is cut off inside."""
    parts: list[Part] = []
    open_letter: tuple[Atom, str] | None = None
    for atom, join in atoms:
        if atom.letter:
            if open_letter:
                return []
            open_letter = atom, join
        elif open_letter:
            letter, before = open_letter
            if letter.cost and join:
                return []
            cost = letter.cost + atom.cost
            spoken = letter.spoken or atom.spoken
            alike = letter.cost > 0
            parts.append(Part(letter.letter, atom.number, letter.start, atom.end, before, cost, spoken, alike))
            open_letter = None
        else:
            parts.append(Part("", atom.number, atom.start, atom.end, join, atom.cost, atom.spoken))
    if open_letter:
        letter, before = open_letter
        if letter.cost:
            return []
        parts.append(Part(letter.letter, 0, letter.start, letter.end, before, TRUNCATED, letter.spoken))
    return parts


def _place(parts: list[Part], column: Column, region: Region | None, previous: int | None) -> list[Placed]:
    """Find each part's vertebra. What cannot follow after a space is left off; after a separator it spoils all."""
    placed: list[Placed] = []
    for part in parts:
        if part.letter and part.number:
            position = column.positions.get((part.letter, part.number))
        elif part.letter:
            below = placed[-1][0] + 1 if placed else 0
            cut_off = placed and below < len(column.vertebrae) and column.vertebrae[below][0] == part.letter
            position = below if cut_off else None
        elif placed:
            position = column.follow(placed[-1][0], part.number)
        else:
            position = _first(part, parts[1:], column, region, previous)
            part = replace(part, cost=part.cost + (len(parts) > 1 and bool(parts[1].letter)))
        if position is None:
            return placed if part.join in (" ", " - ") or (part.letter and not part.number) else []
        placed.append((position, part))
    return placed


def _first(part: Part, rest: list[Part], column: Column, region: Region | None, previous: int | None) -> int | None:
    """A number before any letter: "4-L5" by the vertebra after it, "4-5" by the region, "L3 to 5" by the one before."""
    if not rest and previous is not None:
        below = column.follow(previous, part.number)
        return below if below is not None and below > previous else None
    if not rest or (rest[0].join not in EXPLICIT and not (part.spoken and rest[0].spoken)):
        return None
    second = rest[0]
    if second.letter:
        below = column.positions.get((second.letter, second.number), 0)
        return below - 1 if below and column.vertebrae[below - 1][1] == part.number else None
    return None if region is None else column.bare(part.number, second.number, region)


def _piece(placed: list[Placed], at: int, column: Column) -> tuple[Piece, int]:
    """The longest piece that begins at a part, and where the next one begins."""
    top, bottom, join, cost, last = placed[at][0], placed[at][0], None, placed[at][1].cost, at
    for place in range(at + 1, len(placed)):
        position, part = placed[place]
        step = position - bottom
        if step == 0 and part.join not in (" ", " - ", "on") and (join is None or not _opens_pair(placed, place)):
            pass
        elif step == 1 and join in (None, part.join) and not _opens_next(placed, at, place):
            bottom, join = position, part.join
        elif join is None and step == -1 and part.join != "":
            top, join, cost, last = position, part.join, cost + part.cost + REVERSED, place
            break
        elif join is None and step > 1 and _spans(placed[place - 1][1], part, column):
            bottom, join, cost, last = position, part.join, cost + part.cost + SPANNING, place
            break
        else:
            break
        cost, last = cost + part.cost, place
    parts = [part for _, part in placed[at : last + 1]]
    if top == bottom:
        last, parts = at, parts[:1]
        cost = parts[0].cost
    return Piece(
        top=top,
        bottom=bottom,
        start=parts[0].start,
        end=parts[-1].end,
        cost=cost,
        lettered=any(part.letter for part in parts),
        spoken=any(part.spoken for part in parts),
        join=join or "",
    ), last + 1


def _opens_pair(placed: list[Placed], at: int) -> bool:
    """Whether the part at a place begins a pair of its own, as the second 4 of "L3-4/4-5" does."""
    return at + 1 < len(placed) and placed[at + 1][0] == placed[at][0] + 1


def _opens_next(placed: list[Placed], at: int, place: int) -> bool:
    """Whether a third part begins the next pair of a spaced list: "L3 4 L5 S1", but not in "L3 4 5"."""
    return place == at + 2 and placed[place][1].join in ("", " ") and len(placed) > place + 1


def _spans(upper: Part, lower: Part, column: Column) -> bool:
    """Whether two vertebrae that are not neighbours are a range: "L1-L4", "L4/S1", "C3-7", "L3S1"."""
    if upper.alike or lower.alike:
        return False
    if lower.join in EXPLICIT:
        return True
    letters = list(dict.fromkeys(letter for letter, _ in column.vertebrae))
    if lower.join == "" and upper.letter and lower.letter and not (upper.cost or lower.cost):
        return letters.index(lower.letter) - letters.index(upper.letter) in (0, 1)
    return False


def _merge(found: list[Piece], placed: list[Placed]) -> list[Piece]:
    """Join two pairs with a dash of another kind between them to a range: "L3/L4 - L5/S1"."""
    joins = {part.start: part.join for _, part in placed}
    merged: list[Piece] = []
    for piece in found:
        last = merged[-1] if merged else None
        join = joins[piece.start]
        pairs = last is not None and not last.single and not piece.single and last.bottom <= piece.top
        if last and pairs and join in ("-", " - ") and join != last.join:
            merged[-1] = replace(last, bottom=piece.bottom, end=piece.end, cost=last.cost + piece.cost)
        else:
            merged.append(piece)
    return merged
