"""Forms with boxes to tick: what stands beside an empty box is not said."""

import re

EMPTY = re.compile(r"\[[ _]?\]|\([ _]?\)|☐|□")
TICKED = re.compile(r"[\[(lI|][xX✓✗][\])JIl|]|☑|☒")
END_OF_OPTION = re.compile(r"\s{2,}|\n|$")
MIN_EMPTY = 2
MAX_OPTION = 25


def unticked(text: str) -> list[tuple[int, int]]:
    """The options of a form that are not chosen.

    text (str): A sentence.
    RETURNS (list[tuple[int, int]]): Start and end of each, none where the text is no form.
    """
    empty = [match.span() for match in EMPTY.finditer(text)]
    if len(empty) < MIN_EMPTY:
        return []
    boxes = sorted([*empty, *(match.span() for match in TICKED.finditer(text))])
    behind = sum(text[start - 1 : start].isalpha() for start, _ in boxes) * 2 > len(boxes)
    found = []
    for i, (start, end) in enumerate(boxes):
        if (start, end) not in empty:
            continue
        if behind:  # "normal( ) bulge(X)"
            left = boxes[i - 1][1] if i else 0
            found.append((max(left, text.rfind(" ", 0, start) + 1), end))
        else:  # "[ ] normal [X] bulge"
            right = boxes[i + 1][0] if i + 1 < len(boxes) else len(text)
            stop = END_OF_OPTION.search(text, end + 1)
            found.append((start, min(right, stop.start() if stop else right, end + MAX_OPTION)))
    return found
