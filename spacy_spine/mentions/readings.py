"""What a run of characters can be read as: letters and numbers of vertebrae, with what scanners make of them."""

from dataclasses import dataclass
from functools import lru_cache

from ..anatomy import Regions
from .column import Column
from .lexicon import table

MAX_CHARS = 12
MAX_READINGS = 8


@dataclass(frozen=True, slots=True)
class Atom:
    """A letter, a number, or a separator inside a run of characters.

    letter (str): The letter, "" for a number.
    number (int): The number, 0 for a letter.
    start, end (int): Characters of the text.
    cost (float): 0 as written, 1 for each confused character.
    spoken (bool): Whether it is written as a word.
    """

    letter: str
    number: int
    start: int
    end: int
    cost: float = 0.0
    spoken: bool = False

    @property
    def separates(self) -> bool:
        return not self.letter and not self.number


Reading = tuple[Atom, ...]


def readings(run: str, offset: int, column: Column, repair: bool = False) -> list[Reading]:
    """All readings of a run of letters, digits and look-alikes, the cheapest first.

    run (str): e.g. "L45", "LS", "L@L3", "14".
    offset (int): Where it stands in the text.
    column (Column): Decides which letters and numbers there are.
    repair (bool): Whether digits may be misprints of other digits too.
    RETURNS (list[Reading]): At most eight, none where the run is no vertebra.
    """
    plain = _readings(run, column.regions, repair) if len(run) <= MAX_CHARS else ()
    return [
        tuple(Atom(a.letter, a.number, a.start + offset, a.end + offset, a.cost) for a in reading) for reading in plain
    ]


@lru_cache(maxsize=4096)
def _readings(run: str, regions: Regions, repair: bool) -> tuple[Reading, ...]:
    column = Column.of(regions)
    found: list[Reading] = []
    _extend((), run, 0, column, repair, found)
    found = [reading for reading in found if any(not atom.cost for atom in reading) or len(reading) == 1]
    exact = [r for r in found if not any(a.cost for a in r) and r[0].letter and (r[-1].number or len(run) > 1)]
    split = any(sign in table("confusions", "separators") for sign in run[2:-1])
    if exact and not repair and not split:
        longest = min(len(reading) for reading in exact)
        found = [reading for reading in exact if len(reading) == longest] or found
    return tuple(sorted(found, key=lambda reading: (sum(a.cost for a in reading), len(reading)))[:MAX_READINGS])


def _extend(done: Reading, run: str, at: int, column: Column, repair: bool, found: list[Reading]) -> None:
    """Add every way to read `run` from `at` on to `found`."""
    if at == len(run):
        found.append(done)
        return
    if sum(atom.cost for atom in done) > 2 or len(found) > 200:
        return
    last = done[-1] if done else None
    if last is None or not last.letter:
        for letter, end, cost in _letters(run, at, column):
            _extend((*done, Atom(letter, 0, at, end, cost)), run, end, column, repair, found)
    for number, end, cost in _numbers(run, at, repair):
        known = (last.letter, number) in column.positions if last and last.letter else True
        # "12" inside "L12" is L1-L2, inside "T12" it is a vertebra.
        if known:
            _extend((*done, Atom("", number, at, end, cost)), run, end, column, repair, found)
    if last is not None and last.number and run[at] in table("confusions", "separators"):
        _extend((*done, Atom("", 0, at, at + 1, 1.0)), run, at + 1, column, repair, found)


def _letters(run: str, at: int, column: Column) -> list[tuple[str, int, float]]:
    upper = run.upper()
    exact = [(letter, at + len(alias), 0.0) for alias, letter in column.letters.items() if upper.startswith(alias, at)]
    if exact:
        return exact
    # A look-alike can only stand for a letter of the regions themselves.
    own = {vertebra[0] for region in column.regions for vertebra in region.vertebrae}
    confused = table("confusions", "letters").items()
    return [(letter, at + 1, 1.0) for letter, alikes in confused if letter in own and run[at] in alikes]


def _numbers(run: str, at: int, repair: bool) -> list[tuple[int, int, float]]:
    found = []
    if run[at].isdecimal():
        found.append((int(run[at]), at + 1, 0.0))
        if run[at] == "1" and run[at + 1 : at + 2] in ("0", "1", "2"):
            found.append((int(run[at : at + 2]), at + 2, 0.0))
    tables = ["digits", "misprinted_digits"] if repair else ["digits"]
    for name in tables:
        found += [(int(n), at + 1, 1.0) for n, alikes in table("confusions", name).items() if run[at] in alikes]
    return [(number, end, cost) for number, end, cost in found if number]
