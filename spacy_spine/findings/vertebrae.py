"""Nerve roots that go by the name of their vertebra: "L5 displaced", "compressing right S1"."""

import re
from collections.abc import Iterator

from ..anatomy import Region

EFFECT = r"(?:displac|compress|imping|irritat|deviat|push|nudg|squash|pinch|encroach|compromis)"
SIDE = r"(?:(?:the|exiting|traversing|descending|left|right|lt|rt|both|bilateral|l|r|b/l)\s+){0,3}"


class RootNames:
    """Finds a region's vertebrae where they stand for the root.

    region (Region): The region.
    """

    def __init__(self, region: Region) -> None:
        letters = {*(re.sub(r"\d", "", vertebra) for vertebra in region.vertebrae), *region.letters}
        numbers = {re.sub(r"\D", "", vertebra) for vertebra in region.vertebrae}
        name = rf"(?:{_any_of(letters)})(?:{_any_of(numbers)})(?!\d)"
        # The second form needs the end of the phrase: "displacing the L5 body" is another thing.
        self._pattern = re.compile(
            rf"(?<![\w/–-])(?P<first>{name})(?=\s+(?:(?:is|are|clearly|slightly|mildly|likely|probably)\s+){{0,2}}{EFFECT}\w*)"
            rf"|\b{EFFECT}(?:ing|es|s|ement of|ion of)\s+{SIDE}(?P<last>{name})(?=\s*(?:[.,;)]|$|and\b|in\b|at\b))",
            re.I,
        )

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """The names in a text.

        YIELDS (tuple[int, int]): Start and end of each.
        """
        for match in self._pattern.finditer(text):
            yield match.span("first" if match["first"] else "last")


def _any_of(words: set[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
