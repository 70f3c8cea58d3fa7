"""All formats of annotated reports by name."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import CorpusError
from .imports import LeftOut
from .jsonl import JSONL, read_jsonl, write_jsonl
from .lines import read_lines
from .report import AnnotatedReport

OURS, DOCBIN, PRODIGY, LABEL_STUDIO = "jsonl", "spacy", "prodigy", "label-studio"
FORMATS = (OURS, DOCBIN, PRODIGY, LABEL_STUDIO)
SUFFIXES = {".spacy": DOCBIN, ".json": LABEL_STUDIO, JSONL: OURS}
# Keys that only Prodigy's tasks have; ours have "segments" at the top.
PRODIGY_KEYS = {"spans", "accept", "answer", "_input_hash", "_task_hash"}


def read_reports(path: Path | str) -> Iterator[AnnotatedReport]:
    """Annotated reports in our JSONL (one file, a pair, a folder) or a .spacy file.

    path (Path): The file, pair or folder.
    YIELDS (AnnotatedReport): In the order of the file.
    RAISES (CorpusError): With file, place and reason, at the first that cannot be read.
    """
    if Path(path).suffix == ".spacy":
        from .docs import read_docbin

        return read_docbin(path)
    return read_jsonl(path)


def read_any(
    path: Path | str, format: str | None = None, region: str | None = None
) -> Iterator[AnnotatedReport | LeftOut]:
    """Annotated reports in any format.

    path (Path): The file, pair or folder.
    format (str): One of FORMATS; guessed if left out.
    region (str): Region of reports that do not name one (Prodigy, Label Studio).
    YIELDS (AnnotatedReport | LeftOut): In the order of the file.
    RAISES (CorpusError): Where the format is unknown or not certain, or a report cannot be read.
    """
    match format or format_of(path):
        case "prodigy":
            from .prodigy import read_prodigy

            return read_prodigy(path, region)
        case "label-studio":
            from .label_studio import read_label_studio

            return read_label_studio(path, region)
        case "spacy":
            from .docs import read_docbin

            return read_docbin(path)
        case "jsonl":
            return read_jsonl(path)
        case other:
            raise CorpusError(f"Unknown format '{other}'; there are {', '.join(FORMATS)}.")


def write_any(path: Path | str, reports: Iterable[AnnotatedReport], format: str | None = None) -> list[Path]:
    """Write annotated reports in any format.

    path (Path): The file; NAME.texts.jsonl writes a pair.
    reports (Iterable[AnnotatedReport]): The reports.
    format (str): One of FORMATS; by the name if left out.
    RETURNS (list[Path]): Other files written beside it.
    RAISES (CorpusError): Where the format is unknown or not certain.
    """
    match format or SUFFIXES.get(Path(path).suffix):
        case "prodigy":
            from .prodigy import write_prodigy

            write_prodigy(path, reports)
        case "label-studio":
            from .label_studio import write_label_studio

            return [write_label_studio(path, reports)]
        case "spacy":
            from .docs import write_docbin

            write_docbin(path, reports)
        case "jsonl":
            write_jsonl(path, reports)
        case None:
            raise CorpusError(f"No format has names like '{Path(path).name}'; say which: {', '.join(FORMATS)}.")
        case other:
            raise CorpusError(f"Unknown format '{other}'; there are {', '.join(FORMATS)}.")
    return []


def format_of(path: Path | str) -> str:
    """The format of a file, from its name and, for JSONL, its first line.

    path (Path): The file, pair or folder.
    RETURNS (str): One of FORMATS.
    RAISES (CorpusError): Where it is not certain.
    """
    path = Path(path)
    if path.is_dir() or not path.exists():
        return OURS  # a pair by its NAME, or a clear error
    found = SUFFIXES.get(path.suffix)
    if found is None:
        raise CorpusError(f"No format has names like '{path.name}'; say which: {', '.join(FORMATS)}.")
    if found == OURS:
        first = next(read_lines(path), None)
        if first and "segments" not in first.data and PRODIGY_KEYS & set(first.data):
            return PRODIGY
    return found
