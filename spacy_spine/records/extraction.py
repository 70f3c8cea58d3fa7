"""From a stream of reports to a stream of findings, in flat memory, with failures set aside."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from spacy.language import Language

from ..errors import SpineError
from .findings import finding
from .report import BadRecord, Report

BATCH_SIZE = 64
# Worker processes are started anew for each block, so a block is made worth it.
BATCHES_A_PROCESS = 8
LEFT_OUT = "left out by the pipeline's error handler"


def extract(
    nlp: Language,
    reports: Iterable[Report | BadRecord],
    *,
    batch_size: int = BATCH_SIZE,
    n_process: int = 1,
    with_text: bool = True,
) -> Iterator[dict[str, Any] | BadRecord]:
    """Read reports with a pipeline.

    Where a report makes the pipeline fail, its block is read again one by one and the report is set aside. All Docs
    of a block are gone when the next one begins, with the strings that only they used.

    nlp (Language): The pipeline.
    reports (Iterable[Report | BadRecord]): Bad records are passed on.
    batch_size (int): Reports that the pipes take at once.
    n_process (int): Worker processes.
    with_text (bool): Whether the findings hold the text of the sentences.
    YIELDS (dict | BadRecord): One for each record, in their order.
    """
    stream = iter(reports)
    size = batch_size if n_process == 1 else batch_size * n_process * BATCHES_A_PROCESS
    while block := list(islice(stream, size)):
        good = [(record.text, record.id) for record in block if isinstance(record, Report)]
        with nlp.memory_zone():
            found = iter(_read(nlp, good, batch_size, n_process, with_text))
        for record in block:
            yield record if isinstance(record, BadRecord) else next(found)


def _read(
    nlp: Language, good: list[tuple[str, str]], batch_size: int, n_process: int, with_text: bool
) -> list[dict[str, Any] | BadRecord]:
    numbered = ((text, (i, key)) for i, (text, key) in enumerate(good))
    # An error handler of the user's own may make pipes leave reports out instead of failing.
    found: list[dict[str, Any] | BadRecord] = [BadRecord(key, LEFT_OUT) for _, key in good]
    try:
        for doc, (i, key) in nlp.pipe(numbered, as_tuples=True, batch_size=batch_size, n_process=n_process):
            found[i] = finding(doc, key, with_text=with_text)
    except Exception:
        return [_read_one(nlp, text, key, with_text) for text, key in good]
    return found


def _read_one(nlp: Language, text: str, key: str, with_text: bool) -> dict[str, Any] | BadRecord:
    try:
        return finding(nlp(text), key, with_text=with_text)
    except Exception as error:
        # Only messages of our own are known to hold no report text.
        message = f": {error}" if isinstance(error, SpineError) else ""
        return BadRecord(key, f"{type(error).__name__} in the pipeline{message}")
