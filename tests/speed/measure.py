"""Speed and memory of the trained parts on this machine: `make speed`. A table; nothing fails on seconds."""

import argparse
import random
import resource
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Adam

from spacy_spine.corpus.formats import read_reports
from spacy_spine.models.severity_classifier import create_severity_classifier
from spacy_spine.records import Report, extract

WORDPIECES = 64
BATCH = 16
STEPS = 12


def training_speed(encoder: str, precision: str) -> float:
    """Segments a second of a training step: 16 texts of 64 wordpieces, special tokens included; median."""
    model = create_severity_classifier(encoder, precision=precision)  # type: ignore[arg-type]
    model.set_dim("nO", 8)
    model.initialize()
    texts = [f"{'disc ' * (WORDPIECES - 3)}{'a' if i % 2 else 'the'}" for i in range(BATCH)]
    assert {len(row) + 2 for row in model.shims[0].tokenize(texts)[0]} == {WORDPIECES}
    optimizer = Adam(1e-4, use_averages=False)
    seconds = []
    for _ in range(STEPS):
        begin = time.perf_counter()
        logits, backprop = model.begin_update(texts)
        backprop(logits * 0.01)
        model.finish_update(optimizer)
        seconds.append(time.perf_counter() - begin)
    return BATCH / statistics.median(seconds[2:])


def severity_speed(nlp: Language, texts: list[str], batch: int) -> tuple[float, float]:
    """Milliseconds a report of the severity pipe alone, and of the whole pipeline."""

    def grouped() -> list[Doc]:
        with nlp.select_pipes(disable=["severity_classifier", "spine_quality_flagger"]):
            return list(nlp.pipe(texts))

    pipe = nlp.get_pipe("severity_classifier")
    list(pipe.pipe(grouped()[:20], batch_size=batch))  # type: ignore[attr-defined]
    docs = grouped()
    begin = time.perf_counter()
    list(pipe.pipe(docs, batch_size=batch))  # type: ignore[attr-defined]
    alone = time.perf_counter() - begin
    begin = time.perf_counter()
    list(nlp.pipe(texts, batch_size=batch))
    return 1000 * alone / len(texts), 1000 * (time.perf_counter() - begin) / len(texts)


def memory_growth(nlp: Language, texts: list[str], reports: int, after: int) -> float:
    """Growth of resident memory in MB from one report of a stream to the last, each with words of its own."""
    rng = random.Random(0)

    def stream() -> Iterator[Report]:
        for i in range(reports):
            yield Report(str(i), f"{rng.choice(texts)} Ref {rng.getrandbits(60):x}.")

    found = extract(nlp, stream())
    for _ in islice(found, after):
        pass
    before = resident()
    rest = sum(1 for _ in found)
    assert rest == reports - after
    return resident() - before


def resident() -> float:
    """Resident memory of this process in MB, on Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="en_spine_lumbar")
    parser.add_argument("--encoder", default="minilm-l6")
    parser.add_argument("--corpus", type=Path, default=Path("corpus/lumbar/test.jsonl"))
    options = parser.parse_args()
    texts = [report.text for report in read_reports(options.corpus)]
    nlp = spacy.load(options.model)
    rows = [("growth of memory, extract, report 200 to 2,000", f"{memory_growth(nlp, texts, 2000, 200):.0f} MB")]
    for batch in (64, 1):
        alone, whole = severity_speed(nlp, texts, batch)
        rows.append((f"severity pipe, {batch} at once", f"{alone:.0f} ms a report"))
        rows.append((f"whole pipeline, {batch} at once", f"{whole:.0f} ms a report"))
    for precision in ("fp32", "bf16"):
        speed = training_speed(options.encoder, precision)
        rows.append((f"training, {precision}, {WORDPIECES} wordpieces", f"{speed:.0f} segments/s"))
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
