"""Our own format: a pair NAME.texts.jsonl and NAME.gold.jsonl, or one file with both objects in one line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import CorpusError
from .lines import Line, read_objects, write_lines
from .report import AnnotatedReport, from_dict, to_dict

TEXTS, GOLD = ".texts.jsonl", ".gold.jsonl"
JSONL = ".jsonl"


@dataclass(frozen=True)
class Source:
    """Where annotated reports lie.

    texts (Path): The combined file, or the texts of a pair.
    gold (Path | None): The annotations of a pair.
    """

    texts: Path
    gold: Path | None = None


def find_sources(path: Path | str) -> list[Source]:
    """The files behind a path.

    path (Path): A combined file; either file of a pair, or NAME of NAME.texts.jsonl; or a folder of these.
    RETURNS (list[Source]): In the order of their names.
    RAISES (CorpusError): Where there are none.
    """
    path = Path(path)
    if path.is_dir():
        files = sorted(path.glob(f"*{JSONL}"))
        if not files:
            raise CorpusError(f"Folder '{path}' holds no {JSONL} files.")
        return list(dict.fromkeys(_source(file) for file in files))
    for suffix in (TEXTS, GOLD):
        if not path.exists() and Path(f"{path}{suffix}").exists():
            path = Path(f"{path}{suffix}")
    if not path.exists():
        raise CorpusError(f"No file '{path}', and no pair '{path}{TEXTS}' and '{path}{GOLD}'.")
    return [_source(path)]


def read_jsonl(path: Path | str) -> Iterator[AnnotatedReport]:
    """The reports of files in our format.

    path (Path): See `find_sources`.
    YIELDS (AnnotatedReport): In the order of the texts.
    RAISES (CorpusError): With file, line and reason, at the first that cannot be read.
    """
    for source in find_sources(path):
        yield from read_source(source)


def read_source(source: Source) -> Iterator[AnnotatedReport]:
    """The reports of one file or pair. Of a pair the annotations are held in memory, the texts are not."""
    if source.gold is None:
        yield from (_report(line) for line in read_objects(source.texts))
        return
    gold = {line.id: line for line in read_objects(source.gold)}
    for line in read_objects(source.texts):
        if line.id not in gold:
            raise CorpusError(f"{line.where}: {line.id or 'no id'}: text without gold.")
        yield _report(joined(line, gold.pop(line.id)))
    for line in gold.values():
        raise CorpusError(f"{line.where}: {line.id or 'no id'}: gold without text.")


def write_jsonl(path: Path | str, reports: Iterable[AnnotatedReport]) -> None:
    """Write reports as one combined file, or as a pair where the name ends in .texts.jsonl or .gold.jsonl.

    path (Path): The file.
    reports (Iterable[AnnotatedReport]): The reports.
    """
    path = Path(path)
    source = _pair(path)
    if source is None:
        write_lines(path, (to_dict(report) for report in reports))
        return
    reports = list(reports)
    write_lines(source.texts, ({"id": one.id, "text": one.text, **one.meta} for one in reports))
    write_lines(source.gold or path, (to_dict(one, text=False) for one in reports))


def joined(text: Line, gold: Line) -> Line:
    """The two lines of a pair as one. It counts as the gold's: that is where an annotator looks."""
    return Line(gold.path, gold.number, {**text.data, **gold.data}, text.error or gold.error)


def _pair(path: Path) -> Source | None:
    for suffix in (TEXTS, GOLD):
        if path.name.endswith(suffix):
            stem = path.name.removesuffix(suffix)
            return Source(path.with_name(stem + TEXTS), path.with_name(stem + GOLD))
    return None


def _source(path: Path) -> Source:
    source = _pair(path)
    if source is None:
        return Source(path)
    for file in (source.texts, source.gold):
        if file is not None and not file.exists():
            raise CorpusError(f"'{path}' is half of a pair: no '{file}'.")
    return source


def _report(line: Line) -> AnnotatedReport:
    try:
        return from_dict(line.data)
    except CorpusError as error:
        raise CorpusError(f"{line.where}: {line.id or 'no id'}: {error}.") from error
