"""Text → terms: the words that name, grade or deny a finding, with their places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .forms import unticked
from .lexicon import PROTECTED, abbreviations, longest, phrases
from .spelling import repair
from .term import MARK, NUMBER, Term
from .units import UNIT, with_units

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split(), 1
    )
}
# A scanner's digits in the midst of a word; one letter with 1 to 7 behind it may be a vertebra.
LETTER = (
    r"(?:[A-Za-zﬁﬂ]|(?<=[A-Za-z0])0(?=[A-Za-z0])|(?<=[A-Za-z]{2})[15|](?=[A-Za-z])"
    r"|(?<=[A-Za-z])1(?=[a-z]{3})|(?<=[A-Za-z])0(?!\w)|(?<=[A-Za-z]{3})[01|](?![\w|]))"
)
# A word, broken at the end of a line or not; a number; a mark.
TOKEN = re.compile(
    rf"(?P<word>\([-–+]\)|(?i:w/o(?:ut)?|b/l|c/w)\b|{LETTER}+(?:-[ \t]*\n[ \t]*[a-z]+)?(?:['’]t)?)"
    r"|(?P<number>(?<![A-Za-z])\d+(?:[.,]\d+)?)|(?P<mark>[^\w\s])"
)
BROKEN = re.compile(r"-\s*\n\s*")
# "Root compression (-)": denied; "(+)" says nothing more.
SIGNS = {"(-)": ("negative",), "(–)": ("negative",), "(+)": ()}
SKIPPED = frozenset("'’\"")
IGNORED = frozenset({PROTECTED, "noop", "unneg"})
DASHES = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    kind: str
    text: str


# A report's sentence is read once for each segment that it is about.
@lru_cache(maxsize=256)
def read_terms(text: str) -> tuple[Term, ...]:
    """The terms of a text, in order, the longest phrase first; words without meaning are left out.

    text (str): One or more sentences.
    RETURNS (tuple[Term, ...]): They never overlap.
    """
    empty = unticked(text)
    tokens = [token for token in _tokens(text) if not any(a <= token.start < b for a, b in empty)]
    table, most = phrases(), longest()
    found: list[Term] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.kind == NUMBER:
            found.append(_number(text, token))
        elif token.kind == MARK:
            if not _means_nothing(text, token, tokens[i - 1] if i else None):
                found.append(Term(token.start, token.end, MARK, token.text))
        else:
            length, kind = _phrase(tokens, i, table, most)
            if kind and kind not in IGNORED:
                words = " ".join(one.text for one in tokens[i : i + length] if one.kind == "word")
                found.append(Term(token.start, tokens[i + length - 1].end, kind, words))
            i += max(length, 1) - 1
        i += 1
    return tuple(with_units(text, found))


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or MARK
        if kind != "word":
            found.append(_Token(match.start(), match.end(), kind, match.group()))
            continue
        if match.end() - match.start() == 1 and text[match.end() : match.end() + 1].isdigit():
            continue  # a vertebra
        if match.group() in SIGNS:
            found += [_Token(match.start(), match.end(), kind, word) for word in SIGNS[match.group()]]
            continue
        number = NUMBER_WORDS.get(match.group().lower())
        if number and UNIT.match(text, match.end()):
            found.append(_Token(match.start(), match.end(), NUMBER, str(number)))
            continue
        word = BROKEN.sub("", match.group()).lower().replace("’", "'").replace("ﬁ", "fi").replace("ﬂ", "fl")
        found += [_Token(match.start(), match.end(), kind, part) for part in repair(word)]
    return found


def _phrase(tokens: Sequence[_Token], i: int, table: dict[tuple[str, ...], str], most: int) -> tuple[int, str | None]:
    """The longest phrase at a token: how many tokens it takes, and its kind."""
    words: list[str] = []
    best: tuple[int, str | None] = (1, None)
    for j in range(i, len(tokens)):
        token = tokens[j]
        if token.kind == MARK and token.text == "-" and words:
            continue
        if token.kind != "word" or len(words) == most:
            break
        words.append(token.text)
        kind = table.get(tuple(words))
        if kind:
            best = (j - i + 1, kind)
    return best


def _means_nothing(text: str, token: _Token, before: _Token | None) -> bool:
    """Whether a mark is part of a word: the full stop of "Rt.", the "?" of "?compressed", a hyphen."""
    if token.text == ".":
        return before is not None and before.end == token.start and before.text in abbreviations()
    if token.text == "?":
        return text[token.end : token.end + 1].isalpha()
    return token.text in SKIPPED or (token.text in DASHES and not _spaced(text, token))


def _spaced(text: str, token: _Token) -> bool:
    """Whether a dash stands by itself, as between two statements."""
    return text[token.start - 1 : token.start].isspace() and text[token.end : token.end + 1].isspace()


def _number(text: str, token: _Token) -> Term:
    return Term(token.start, token.end, NUMBER, token.text, float(token.text.replace(",", ".")))
