"""What a sentence says, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that a sentence says.

    kind (str): A kind of head: "bulge", "narrow", "compress", "signal", ….
    site (str): What is narrowed or pressed on, "" for what the disc does.
    grade (int): 1 mild, 2 moderate, 3 severe, 0 where no word grades it.
    size (float): Millimetres, 0 where none are given.
    denied (bool): Whether the sentence denies it or tells it of the past.
    resolved (bool): Whether the sentence says that it has gone.
    clinical (bool): Whether it is a diagnosis (myelopathy) rather than a sign.
    spans (tuple[tuple[int, int], ...]): The words that say so, by characters of the sentence.
    sentence (int): Number of the sentence.
    """

    kind: str
    site: str = ""
    grade: int = 0
    size: float = 0.0
    denied: bool = False
    resolved: bool = False
    clinical: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    sentence: int = 0
