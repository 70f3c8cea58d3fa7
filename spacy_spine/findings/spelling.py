"""What a misspelt or misread word stands for: words of the lexicon, one error away."""

from functools import cache, lru_cache

from .lexicon import vocabulary

MIN_LENGTH = 6  # of a word whose errors are looked for
MIN_SWAPPED = 4  # of a word in which two neighbours may have changed places
MIN_PART = 4  # of the two words that lack the space between them
# What scanners read for letters. Tried in this order, all places of one shape at once.
SHAPES = (
    ("rn", "m"),
    ("0", "o"),
    ("1", "l"),
    ("1", "i"),
    ("|", "l"),
    ("|", "i"),
    ("5", "s"),
    ("vv", "w"),
    ("ii", "n"),
    ("cl", "d"),
    ("m", "rn"),
)


@lru_cache(maxsize=20_000)
def repair(word: str) -> tuple[str, ...]:
    """The words of the lexicon that a word stands for.

    word (str): In small letters.
    RETURNS (tuple[str, ...]): One word, two where a space was lost, or the word itself where nothing is known of it.
    """
    known = vocabulary()
    if word in known:
        return (word,)
    for shape, letter in SHAPES:
        if shape in word and word.replace(shape, letter) in known:
            return (word.replace(shape, letter),)
    near = _near(word)
    if near:
        return (near,)
    for cut in range(MIN_PART, len(word) - MIN_PART + 1):
        if word[:cut] in known and word[cut:] in known:
            return word[:cut], word[cut:]
    return (word,)


def _near(word: str) -> str | None:
    """The word of the lexicon that is one letter left out, put in, changed or swapped away."""
    if len(word) < MIN_SWAPPED:
        return None
    known = vocabulary()
    for i in range(len(word) - 1):
        swapped = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if swapped in known:
            return swapped
    if len(word) < MIN_LENGTH - 1:
        return None
    keys = _deletions(word)
    found = [other for key in keys for other in _by_deletion().get(key, ()) if _one_apart(word, other)]
    # The same first letter before another, then the longer word: an error of typing more often drops than adds.
    return min(found, key=lambda other: (other[0] != word[0], -len(other), other)) if found else None


@cache
def _by_deletion() -> dict[str, list[str]]:
    """Each long word of the lexicon under itself and itself without any one letter."""
    table: dict[str, list[str]] = {}
    for word in vocabulary():
        if len(word) >= MIN_LENGTH:
            for key in _deletions(word):
                table.setdefault(key, []).append(word)
    return table


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _one_apart(a: str, b: str) -> bool:
    """Whether one letter left out, put in or changed makes one word the other."""
    if len(a) > len(b):
        a, b = b, a
    start = 0
    while start < len(a) and a[start] == b[start]:
        start += 1
    rest = a[start + 1 :] if len(a) == len(b) else a[start:]
    return rest == b[start + 1 :]
