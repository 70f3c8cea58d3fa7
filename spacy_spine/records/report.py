"""A report as it is read, and a record that is not one."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import RecordError

MAX_NAMES = 20
MAX_NAME_LENGTH = 30
MAX_NAME_WORDS = 3


@dataclass(frozen=True)
class Report:
    """One report.

    id (str): What its findings are filed under.
    text (str): The report as it stands in its source.
    """

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class BadRecord:
    """A record that was set aside.

    id (str): The report's id, or its place ("line 12") where it has none.
    reason (str): What is wrong with it; never holds report text.
    """

    id: str
    reason: str


@dataclass(frozen=True)
class Fields:
    """Names of the columns or keys that hold a report's id and its text."""

    id: str = "id"
    text: str = "text"

    def __iter__(self) -> Iterator[str]:
        return iter((self.id, self.text))


def make_report(key: object, text: object, where: str, fields: Fields) -> Report | BadRecord:
    """A report, where id and text are what they should be.

    key (object): The id as it was read; whole numbers are taken as well.
    text (object): The text as it was read.
    where (str): Place in the source, e.g. "line 12".
    fields (Fields): Their names, for the reason.
    RETURNS (Report | BadRecord): The report, or why it is none.
    """
    if isinstance(key, int) and not isinstance(key, bool):
        key = str(key)
    if not isinstance(key, str):
        return BadRecord(where, f"field '{fields.id}' is {_kind(key)}, not a string or a whole number")
    if not key.strip() or not _is_unicode(key):
        return BadRecord(where, f"field '{fields.id}' is {'not valid Unicode' if key.strip() else 'empty'}")
    if not isinstance(text, str):
        return BadRecord(key, f"field '{fields.text}' is {_kind(text)}, not a string")
    if not _is_unicode(text):
        return BadRecord(key, f"field '{fields.text}' is not valid Unicode")
    return Report(key, text)


def missing_columns(fields: Fields, names: list[str], source: str) -> RecordError:
    """The error of a source that lacks a column throughout.

    fields (Fields): The columns that are needed.
    names (list[str]): The columns that are there.
    source (str): Name of the source.
    RETURNS (RecordError): For the caller to raise.
    """
    missing = " and ".join(f"'{name}'" for name in fields if name not in names)
    shown = [_shown(name, i) for i, name in enumerate(names[:MAX_NAMES], 1)]
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    there = f"Columns there: {', '.join(shown)}{more}." if names else "It has no columns."
    return RecordError(f"No column {missing} in {source}. {there}")


def _shown(name: str, position: int) -> str:
    # A file without a header has data where the names should be: report text must not get into the message.
    plain = name.replace("_", "").replace("-", "").replace(" ", "")
    is_name = plain.isalnum() and plain[0].isalpha() and len(name.split()) <= MAX_NAME_WORDS
    return name if is_name and len(name) <= MAX_NAME_LENGTH else f"(column {position}, not a name)"


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: object) -> str:
    return "missing" if value is None else f"of type {type(value).__name__}"
