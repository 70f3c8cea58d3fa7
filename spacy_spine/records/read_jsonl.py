"""JSONL: one JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from .formats import ReportFormat, report_readers
from .reading import name_of, opened
from .report import BadRecord, Fields, Report, make_report, missing_columns

# So many first objects may lack a field before the file as a whole is taken to lack it.
MAX_HELD_BACK = 100


@report_readers.register("spacy_spine.jsonl.v1")
def jsonl() -> ReportFormat:
    """One JSON object a line, with id and text under the keys that the fields name."""
    return ReportFormat((".jsonl", ".ndjson"), read_jsonl)


def read_jsonl(source: Path | BinaryIO, fields: Fields) -> Iterator[Report | BadRecord]:
    """Reports of a JSONL file; blank lines are skipped.

    source (Path | BinaryIO): The file or an open stream, UTF-8 with or without a byte order mark.
    fields (Fields): Keys of id and text.
    YIELDS (Report | BadRecord): One record a line.
    RAISES (RecordError): Where no object has the keys.
    """
    held: list[BadRecord] = []  # objects without the keys, as long as none has had them
    keys: dict[str, None] = {}
    settled = False
    with opened(source) as stream:
        for number, line in enumerate(stream, 1):
            where = f"line {number}"
            value = _parse(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            if value is None:
                continue
            if isinstance(value, str):
                yield BadRecord(where, value)
                continue
            lacking = [name for name in fields if name not in value]
            if not lacking:
                settled = True
                yield from held
                held.clear()
                yield make_report(value[fields.id], value[fields.text], where, fields)
                continue
            known = value.get(fields.id)
            bad = BadRecord(known if isinstance(known, str) and known.strip() else where, f"no field '{lacking[0]}'")
            if settled:
                yield bad
                continue
            held.append(bad)
            keys.update(dict.fromkeys(value))
            if len(held) == MAX_HELD_BACK:
                break
    if held:
        raise missing_columns(fields, list(keys), name_of(source))


def _parse(line: bytes) -> dict[str, Any] | str | None:
    """A line's object, what is wrong with it, or None where it is blank."""
    try:
        text = line.decode("utf-8").strip()
        if not text:
            return None
        value = json.loads(text)
    except UnicodeDecodeError:
        return "not UTF-8 text"
    except (ValueError, RecursionError):
        return "not valid JSON"
    return value if isinstance(value, dict) else "not a JSON object"
