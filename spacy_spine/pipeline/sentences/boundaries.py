"""Where sentences begin in a report: a pure function over the text."""

import re

from . import patterns as p


def sentence_starts(text: str) -> list[int]:
    """Characters at which sentences begin.

    text (str): A report, headings, lists, broken lines and page headers included.
    RETURNS (list[int]): Increasing, of characters that are not white space; empty for a text without any. Time is
        linear in the length of the text.
    """
    starts: list[int] = []
    previous = ""
    blank = True
    shouting = _is_upper(text)
    for offset, line in _lines(text):
        stripped = line.strip()
        if not stripped:
            blank = True
            continue
        begin = offset + len(line) - len(line.lstrip())
        if not starts or _begins(previous, line, blank=blank, shouting=shouting):
            starts.append(begin)
        starts += [offset + at for at in _within(line) if offset + at > starts[-1]]
        previous, blank = stripped, False
    return starts


def _lines(text: str) -> list[tuple[int, str]]:
    lines, offset = [], 0
    for line in text.splitlines(keepends=True):
        lines.append((offset, line))
        offset += len(line)
    return lines


def _begins(previous: str, line: str, *, blank: bool, shouting: bool) -> bool:
    """Whether a line begins a sentence, given the last line that holds text."""
    if p.PAGE_LINE.match(line) or p.PAGE_LINE.match(previous):
        return True
    open_end = bool(p.OPEN_END.search(previous)) and not _heading(previous)
    if p.LINE_MARKER.match(line) and not (open_end and not blank and previous[-1] in "-/–—"):
        return True
    if open_end:
        return blank and not previous[-1] in "-/–—,"
    if p.LINE_LEVEL.match(line) or p.LOWER_LEVEL.match(line) or _heading(line):
        return True
    if previous[-1] in ".!?:" or blank and (previous[-1] == ";" or not p.CONTINUES.match(line)):
        return True
    if shouting:
        return len(previous) < 45
    return not p.CONTINUES.match(line)


def _within(line: str) -> list[int]:
    """Starts of sentences inside one line, its own beginning left out."""
    end = len(line.rstrip())
    starts = {_heading(line)}
    marker = p.LINE_MARKER.match(line)
    last = max(starts)
    for match in p.STOP.finditer(line, marker.end() if marker else 0, end):
        if _ends_sentence(line, match.start(), match.end(), last=last, end=end):
            last = _skip_space(line, match.end())
            starts.add(last)
    prose = p.PROSE.search(line)
    for pattern in (p.INLINE_LEVEL, p.SEMICOLON_LEVEL, p.SLASHES):
        # A list of levels before one colon ("L3-4, L4-5: …") is one item, as is a number with its level.
        starts.update(match.end() for match in pattern.finditer(line) if prose and prose.end() <= match.start())
    return sorted(at for at in starts if 0 < at < end)


def _ends_sentence(line: str, start: int, stop: int, *, last: int, end: int) -> bool:
    """Whether the marks between two characters of a line end the sentence that began at `last`."""
    if stop >= end:
        return False
    before, after = line[max(0, start - 40) : start], line[stop : stop + 2]
    spaced = after[0].isspace()
    if "." not in line[start:stop]:
        # "?L5 radiculopathy" is a hedge, not the end of a question.
        return spaced and not before[-1:].isspace()
    if before[-1:].isdigit() and after[0].isdigit():
        return False
    word = re.search(r"[\w.]*$", before).group().strip(".").lower()  # type: ignore[union-attr]
    if word in p.ABBREVIATIONS or (len(word) == 1 and word.isalpha() and not _after_level(before)):
        return False
    if not spaced:
        # A forgotten space: "stenosis.At L5-S1". Not inside "e.g." or a file name.
        return bool(re.match(r"[A-Z][\w-]", after)) and len(word) > 1
    # "1." at the beginning of a sentence is a number in a list, not its end.
    return start - last > 8 or not p.NUMBER_MARKER.fullmatch(line[last:start].strip())


def _skip_space(line: str, at: int) -> int:
    match = re.compile(r"\S").search(line, at)
    return match.start() if match else len(line)


def _after_level(before: str) -> bool:
    # "L5-S." is a truncated level, not an initial.
    return bool(re.search(r"\d\s?[-/]\s?[SGI]$", before))


def _heading(line: str) -> int:
    """Where the text after a heading begins, or 0 where the line has none."""
    match = p.HEADING.match(line)
    if not match:
        return 0
    name = match.group("name")
    words = re.findall(r"[a-z]+", name.lower())
    known = any(word in p.HEADINGS for word in words) and all(
        word in p.HEADINGS or word in p.HEADING_FILLERS for word in words
    )
    if not known and not (name.isupper() and len(words) <= 5 and len(name) > 3):
        return 0
    rest = line[match.end() :]
    return match.end() + len(rest) - len(rest.lstrip())


def _is_upper(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters > 0 and sum(map(str.isupper, text)) > 0.85 * letters
