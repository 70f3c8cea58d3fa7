"""Public benchmarks: annotations that ship without their texts, joined to a dataset that the user has downloaded.

A benchmark is a manifest (JSON) beside a stand-off gold file (JSONL: what `to_dict` makes without the text, plus
length and SHA-256 of the text it was made on). A plugin adds one through the entry-point group
`spacy_spine_benchmarks`, as a function that returns the path of its manifest:

    [project.entry-points.spacy_spine_benchmarks]
    "my_package.thoracic_notes.v1" = "my_package.benchmarks:thoracic_notes"
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import catalogue

from ..errors import CorpusError
from .lines import Line, read_objects
from .report import AnnotatedReport, from_dict, to_dict
from .workbook import read_columns

# The namespace makes the entry-point group "spacy_spine_benchmarks".
spine_benchmarks = catalogue.create("spacy", "spine_benchmarks", entry_points=True)
LENGTH, SHA256 = "text_length", "text_sha256"


@dataclass(frozen=True)
class Dataset:
    """The file that a benchmark's texts come from.

    title, authors, doi, licence (str): What it is and whose.
    file (str): Its name where it is published.
    sha256 (str): Of the file.
    sheet, id_column, text_column (str): Where in it ids and texts stand.
    id_prefix (str), id_digits (int): A number in the id column, filled up with zeros to so many digits and with the
        prefix before it, is the id of a report.
    """

    title: str
    authors: str
    doi: str
    licence: str
    file: str
    sha256: str
    sheet: str
    id_column: str
    text_column: str
    id_prefix: str
    id_digits: int

    @property
    def where(self) -> str:
        """Where to get it."""
        return f"'{self.file}' of https://doi.org/{self.doi}"

    def report_id(self, cell: Any) -> str:
        """The id of a report, from a cell of the id column."""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        return f"{self.id_prefix}{str('' if cell is None else cell).strip().zfill(self.id_digits)}"


@dataclass(frozen=True)
class Benchmark:
    """Annotations without texts.

    name (str): e.g. "mendeley-lumbar-notes".
    title (str): What it measures.
    region (str): Registered name of what is annotated.
    gold (Path): The stand-off annotations.
    dataset (Dataset): Where the texts come from.
    """

    name: str
    title: str
    region: str
    gold: Path
    dataset: Dataset


def get_benchmark(name: str | Path) -> Benchmark:
    """A benchmark by its manifest.

    name (str | Path): A manifest, or a registered name ("my_package.thoracic_notes.v1" or its middle part).
    RETURNS (Benchmark): What the manifest says.
    RAISES (CorpusError): Where there is no such benchmark, or its manifest lacks something.
    """
    registered = spine_benchmarks.get_all()
    keys = [key for key in registered if str(name) in (key, key.rpartition(".")[0].rpartition(".")[2])]
    path = Path(registered[max(keys)]()) if keys else Path(name)
    if not path.is_file():
        known = ", ".join(sorted(registered)) or "none"
        raise CorpusError(f"No benchmark '{name}': neither a manifest nor a registered name. Registered: {known}.")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CorpusError(f"'{path}' is not a manifest: not JSON in UTF-8.") from error
    values = _values(path, data, Benchmark)
    dataset = Dataset(**_values(path, values["dataset"], Dataset, "dataset."))
    return Benchmark(**values | {"gold": path.parent / values["gold"], "dataset": dataset})


def join(benchmark: Benchmark, dataset: Path) -> list[AnnotatedReport]:
    """The annotations of a benchmark with the texts of its dataset. Rows that are not annotated are not kept.

    benchmark (Benchmark): The benchmark.
    dataset (Path): The dataset's file, as it was downloaded.
    RETURNS (list[AnnotatedReport]): In the order of the gold file.
    RAISES (CorpusError): Where the file is another one, or a text is missing, there twice, or not the one annotated.
    """
    _check_file(benchmark, dataset)
    gold = list(read_objects(benchmark.gold))
    texts = _texts(benchmark, dataset, {line.id for line in gold})
    return [_joined(line, texts, dataset) for line in gold]


def stand_off(reports: Iterable[AnnotatedReport]) -> Iterator[dict[str, Any]]:
    """Annotations without texts, for a gold file of a benchmark; `join` is the way back.

    reports (Iterable[AnnotatedReport]): The reports, their texts without white space at the ends.
    YIELDS (dict): Lines of the gold file.
    """
    for report in reports:
        yield {**to_dict(report, text=False), LENGTH: len(report.text), SHA256: _sha256(report.text.encode())}


def _values(path: Path, data: Any, kind: type, prefix: str = "") -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise CorpusError(f"'{path}' is not a manifest: {prefix.rstrip('.') or 'it'} is no JSON object.")
    for one in fields(kind):
        wanted = {"id_digits": int, "dataset": Mapping}.get(one.name, str)
        if not isinstance(data.get(one.name), wanted):
            raise CorpusError(f"Manifest '{path}' has no '{prefix}{one.name}', or not as {wanted.__name__.lower()}.")
    return {one.name: data[one.name] for one in fields(kind)}


def _check_file(benchmark: Benchmark, path: Path) -> None:
    try:
        found = _sha256(path.read_bytes())
    except OSError as error:
        raise CorpusError(f"Cannot read '{path}': {error.strerror}. Get {benchmark.dataset.where}.") from error
    if found != benchmark.dataset.sha256:
        raise CorpusError(
            f"'{path}' is not the file that {benchmark.name} was made on: expected SHA-256 "
            f"{benchmark.dataset.sha256}, found {found}. Get {benchmark.dataset.where} and leave it as it is."
        )


def _texts(benchmark: Benchmark, path: Path, wanted: set[str]) -> dict[str, str]:
    """The texts of the reports that are annotated, without white space at their ends."""
    dataset, texts = benchmark.dataset, dict[str, str]()
    for cell, text in read_columns(path, dataset.sheet, (dataset.id_column, dataset.text_column)):
        key = dataset.report_id(cell)
        if key not in wanted:
            continue
        if key in texts:
            raise CorpusError(f"'{path}' holds report {key} twice.")
        texts[key] = "" if text is None else str(text).strip()
    return texts


def _joined(line: Line, texts: Mapping[str, str], path: Path) -> AnnotatedReport:
    if line.id not in texts:
        raise CorpusError(f"'{path}' holds no report {line.id or '(no id)'}, which {line.where} annotates.")
    text = texts[line.id]
    expected = (line.data.get(LENGTH), line.data.get(SHA256))
    if expected != (len(text), _sha256(text.encode())):
        raise CorpusError(
            f"The text of {line.id} in '{path}' is not the one annotated in {line.where}: "
            f"expected {expected[0]} characters, found {len(text)}{' others' if len(text) == expected[0] else ''}."
        )
    gold = {key: value for key, value in line.data.items() if key not in (LENGTH, SHA256)}
    try:
        return from_dict({**gold, "text": text})
    except CorpusError as error:
        raise CorpusError(f"{line.where}: {line.id}: {error}.") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
