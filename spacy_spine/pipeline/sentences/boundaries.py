"""Where sentences begin in a report: a pure function over the text."""

import re
from bisect import bisect_left, bisect_right
from itertools import islice

from . import patterns as p

# Characters before and after a full stop that say whether it ends a sentence.
WINDOW = 48
# Where letters of one case say nothing of where a sentence begins, a short line stands alone; a longer one is broken.
MAX_SHORT = 45
# So many lines in small letters are the habit of a writer.
MIN_LINES = 3
# How far below a heading levels are looked for: characters, and levels.
TOPIC_REACH, MAX_LEVELS = 400, 8
# A stretch without any stop that is too long for one sentence: dictation.
MAX_WITHOUT_STOP = 240


def sentence_starts(text: str) -> list[int]:
    """Characters at which sentences begin.

    text (str): A report, headings, lists, broken lines and page headers included.
    RETURNS (list[int]): Increasing, of characters that are not white space; empty for a text without any. Time is
        linear in the length of the text.
    """
    starts: list[int] = []
    previous, blank, offset = "", True, 0
    one_case, spoken = _is_upper(text) or _is_lower(text), _has_spoken_stops(text)
    for line in text.splitlines(keepends=True):
        content = line.strip()
        if content:
            indent = len(line) - len(line.lstrip())
            if not starts or _begins(previous, line, blank=blank, one_case=one_case):
                starts.append(offset + indent)
            starts += [offset + at for at in _within(line, spoken=spoken) if offset + at > starts[-1]]
            previous = content
        blank = not content
        offset += len(line)
    return starts


def _begins(previous: str, line: str, *, blank: bool, one_case: bool) -> bool:
    """Whether a line begins a sentence, given the last line that holds text."""
    if p.PAGE_LINE.match(line) or p.PAGE_LINE.match(previous):
        return True
    tail = previous[-WINDOW:]
    heading = _heading(previous) >= len(previous)
    waiting = p.WAITING_END.search(tail) is not None and not heading
    if waiting and not blank:
        return False
    opens = p.LINE_MARKER.match(line) or p.LINE_LEVEL.match(line) or p.LINE_COLLECTIVE.match(line)
    if opens or p.LINE_REGION.match(line) or _heading(line):
        return not (waiting and tail[-1] in "-/–—")
    if waiting or (p.OPEN_END.search(tail) and not heading and not p.LINE_LEVEL.match(previous)):
        return blank and tail[-1] not in "-/–—,"
    if previous[-1] in ".!?:" or (blank and (previous[-1] == ";" or not p.CONTINUES.match(line))):
        return True
    if one_case:
        return len(previous) < MAX_SHORT
    return not p.CONTINUES.match(line)


def _within(line: str, *, spoken: bool) -> list[int]:
    """Starts of sentences inside one line, its own beginning left out."""
    length = len(line.rstrip())
    heading = _heading(line)
    starts = [heading] if heading else []
    marker = p.LINE_MARKER.match(line)
    for match in p.STOP.finditer(line, marker.end() if marker else 0, length):
        if _ends_sentence(line, match, starts[-1] if starts else 0):
            starts.append(_skip_space(line, match.end()))
    if spoken:
        starts += [match.end() for match in p.SPOKEN_STOP.finditer(line)]
    prose = p.PROSE.search(line)
    for pattern in (p.INLINE_LEVEL, p.SEMICOLON_LEVEL, p.SLASHES) if prose else ():
        known, last = sorted(starts), 0
        for match in pattern.finditer(line):
            place = bisect_right(known, match.start())
            last = max(last, known[place - 1] if place else 0)
            # A list of levels before one colon ("L3-4, L4-5: …") is one item, as is a number with its level; and a
            # comma parts two items, not "First, L3-4: …".
            if match.start() < prose.end() or p.LEVELS_ONLY.fullmatch(line, last, match.end()):  # type: ignore[union-attr]
                continue
            if line[match.start() - 1] != "," or p.LEVEL_WRITTEN.search(line, last, match.start()):
                last = match.end()
                starts.append(last)
    starts = sorted(set(starts))
    starts += [begin for at in starts if (begin := _topic(line, at))]
    starts = sorted(set(starts))
    starts += _without_stops(line, starts, length)
    return sorted({at for at in starts if 0 < at < length})


def _without_stops(line: str, starts: list[int], length: int) -> list[int]:
    """Levels inside a stretch that is too long for a sentence and has no stop: dictation never punctuated."""
    if length <= MAX_WITHOUT_STOP:
        return []
    edges = [0, *starts, length]
    found = []
    for match in p.SPOKEN_LEVEL.finditer(line):
        place = bisect_left(edges, match.start(), 1, len(edges) - 1)
        begin, end = edges[place - 1], edges[place]
        stretch = end - begin > MAX_WITHOUT_STOP
        # Commas, colons and semicolons show that somebody has punctuated it.
        if (
            stretch
            and match.start() > begin
            and not p.PUNCTUATED.search(line, max(begin, match.start() - 150), match.end() + 150)
        ):
            found.append(match.start())
    return found


def _ends_sentence(line: str, match: re.Match[str], last: int) -> bool:
    """Whether a stop ends the sentence that began at `last`."""
    before, after = line[max(0, match.start() - WINDOW) : match.start()], line[match.end() : match.end() + WINDOW]
    if not after.strip():
        # Only white space in sight: whatever follows is a sentence.
        return len(after) == WINDOW
    spaced = after[0].isspace()
    if "." not in match.group():
        # "?L5 radiculopathy" is a hedge, not the end of a question.
        return spaced and not before[-1:].isspace()
    if before[-1:].isdigit() and after[0].isdigit():
        return False
    if match.group() == ".." and p.LEVEL_START.match(after):
        return False
    if not spaced and p.UPPER_VERTEBRA.search(before) and p.LOWER_VERTEBRA.match(after):
        return False
    tail = p.LAST_WORD.search(before)
    word = tail.group().strip(".").lower() if tail else ""
    if word in p.ABBREVIATIONS or (len(word) == 1 and word.isalpha() and not p.LEVEL_END.search(before)):
        return False
    if not spaced:
        # A forgotten space: "stenosis.At L5-S1". Not inside "e.g." or a file name.
        return bool(p.CAPITAL_WORD.match(after)) and len(word) > 1
    # "1." at the beginning of a sentence is a number in a list, not its end.
    return match.start() - last > WINDOW or not p.NUMBER_MARKER.fullmatch(line[last : match.start()].strip())


def _heading(line: str) -> int:
    """Where the text after a heading begins, or 0 where the line has none."""
    match = p.HEADING.match(line)
    if not match:
        return 0
    name = match["name"]
    words = re.findall(r"[a-z]+", name.lower())
    known = any(word in p.HEADINGS for word in words) and all(
        word in p.HEADINGS or word in p.HEADING_FILLERS for word in words
    )
    begin = _skip_space(line, match.end())
    # "Foramina, right side: C2-3 open; …" heads a list of levels.
    over_levels = p.LEVEL_AHEAD.match(line, begin) and not p.LEVEL_WORD.fullmatch(name.strip())
    if (
        not known
        and not over_levels
        and not _topic(line)
        and not (name.isupper() and len(words) <= 5 and len(name) > 3)
    ):
        return 0
    return begin


def _topic(line: str, at: int = 0) -> int:
    """Where the text begins after a heading such as "Foramina:" over several levels, or 0 where there is none."""
    match = p.HEADING.match(line, at)
    if not match or not all(word in p.TOPICS for word in re.findall(r"[a-z]+", match["name"].lower())):
        return 0
    found = islice(p.LEVEL_WRITTEN.finditer(line, match.end(), match.end() + TOPIC_REACH), MAX_LEVELS)
    return _skip_space(line, match.end()) if len({level.group() for level in found}) > 1 else 0


def _skip_space(line: str, at: int) -> int:
    match = p.SPACE.match(line, at)
    return match.end() if match else at


def _has_spoken_stops(text: str) -> bool:
    """Whether somebody dictated the stops: they are as many as the written ones."""
    return len(p.SPOKEN_STOP.findall(text)) >= max(2, len(p.WRITTEN_STOP.findall(text)))


def _is_lower(text: str) -> bool:
    """Whether somebody writes without capitals: no line and no sentence begins with a capitalised word."""
    return len(p.SMALL_LINE.findall(text)) >= MIN_LINES and p.CAPITALISED.search(text) is None


def _is_upper(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters > 0 and sum(map(str.isupper, text)) > 0.85 * letters
