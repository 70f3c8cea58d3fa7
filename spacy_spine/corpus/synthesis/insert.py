"""Operations that add what changes no label: `distract` and `identify`."""

import random
import re
from collections.abc import Sequence

from ...mentions import find_mentions
from ..report import AnnotatedReport, regions_named
from .draft import Draft, Edit
from .layout import Passage, lay_out, misread, segments_at
from .pool import Pool
from .tables import table

MAX_SENTENCES = 3
TRIES = 6
FOOTER = 0.4
BLANK_LINE = re.compile(r"\n[ \t]*\n")


def distract(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """Add sentences about something else, each a paragraph or line of its own between others.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    pool (Pool): Not needed.
    RETURNS (AnnotatedReport | None): None where no place was found at which none of its sentences changes its
        segments.
    """
    regions = regions_named(report.region)
    own = [text for name in regions.names for text in table("distractors").get(name, ())]
    sentences = [*table("distractors")["any"], *own]
    changed = None
    for _ in range(rng.randint(1, MAX_SENTENCES)):
        current = changed or report
        for _ in range(TRIES):
            sentence = _in_manner(rng.choice(sentences), current.text)
            # Not what the report says itself, or says otherwise: "Comparison: …" twice.
            topic = max(sentence.rstrip(".").split()[:3], key=len).strip(":,").lower()
            if topic in current.text.lower() or find_mentions(sentence, regions):
                continue
            added = _inserted(current, sentence, rng)
            if added is not None:
                changed = added
                break
    return changed


def identify(report: AnnotatedReport, rng: random.Random, pool: Pool) -> AnnotatedReport | None:
    """Add a page header as a hospital's system prints it, and sometimes a signature; all names are invented.

    report (AnnotatedReport): The report.
    rng (Random): Source of chance.
    pool (Pool): Not needed.
    RETURNS (AnnotatedReport | None): None where the header would change what is read.
    """
    edits = [Edit(0, 0, _filled("headers", rng) + "\n\n", locations=())]
    if rng.random() < FOOTER:
        edits.append(Edit(len(report.text), len(report.text), "\n\n" + _filled("footers", rng), locations=()))
    return _unchanged(report, lay_out(report), edits)


def _inserted(report: AnnotatedReport, sentence: str, rng: random.Random) -> AnnotatedReport | None:
    passages = lay_out(report)
    places = [match.end() for match in BLANK_LINE.finditer(report.text)]
    edits = [Edit(place, place, f"{sentence}\n\n", locations=()) for place in places]
    if not places:
        starts = [one.start - one.sentence.indent for one in passages if one.sentence.begins_line][1:]
        edits = [Edit(place, place, f"{sentence}\n", locations=()) for place in starts]
    breaks = "\n\n" if places else "\n"
    edits += [
        Edit(0, 0, f"{sentence}{breaks}", locations=()),
        Edit(len(report.text), len(report.text), f"{breaks}{sentence}", locations=()),
    ]
    rng.shuffle(edits)
    return next((after for edit in edits[:TRIES] if (after := _unchanged(report, passages, [edit]))), None)


def _unchanged(report: AnnotatedReport, passages: Sequence[Passage], edits: list[Edit]) -> AnnotatedReport | None:
    """The report with insertions, where every sentence keeps its segments and the new ones belong to none."""
    draft = Draft(report, edits)
    after = draft.finish()
    if misread(after) > misread(report):
        return None
    layout = lay_out(after)
    for one in passages:
        if segments_at(layout, draft.moved_end(one.end) - 1) != set(one.placed):
            return None
    for edit in edits:
        start = draft.moved_end(edit.start)
        inside = [one for one in layout if start <= one.start < start + len(edit.text)]
        if any(one.placed or one.end > start + len(edit.text) for one in inside):
            return None
    return after


def _in_manner(sentence: str, text: str) -> str:
    """A sentence in capitals or small letters, where the report is."""
    if text.isupper():
        return sentence.upper()
    return sentence.lower() if text.islower() else sentence


def _filled(kind: str, rng: random.Random) -> str:
    data = table("headers")
    day, month, year = rng.randint(1, 28), rng.randrange(12), rng.randint(1935, 2015)
    dates = (f"{month + 1:02}/{day:02}/{year}", f"{day:02}.{month + 1:02}.{year}", f"{year}-{month + 1:02}-{day:02}")
    values = {name: rng.choice(data[name]) for name in ("given", "family", "place")}
    values |= {
        "date": rng.choice(dates),
        "worded": f"{day} {data['month'][month]} {year}",
        "number": str(rng.randint(100_000, 9_999_999)),
        "letters": "".join(rng.choices("ABEHKMRXZ", k=2)),
    }
    return rng.choice(data[kind]).format(**values)
