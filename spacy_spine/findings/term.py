"""A stretch of text that means something to a rule."""

from dataclasses import dataclass

SIZE, NUMBER, MARK = "size", "number", "mark"


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of text that means something to a rule.

    start, end (int): Characters of the text.
    kind (str): A table of the lexicon, or "size", "number", "mark".
    text (str): The words in their right spelling; the mark.
    value (float): Millimetres of a size, the number itself.
    """

    start: int
    end: int
    kind: str
    text: str
    value: float = 0.0
