"""Time and memory of the analysis on this machine: `make speed-analysis`. A table; nothing fails on seconds.

Two models with the same encoder and fresh heads on the authored reports: what the products cost does not depend on what
was learnt.
"""

import argparse
import statistics
import time
from pathlib import Path

import spacy
import torch
from thinc.api import Adam

from spacy_spine.analysis.gradients.task_gradients import TaskGradients
from spacy_spine.analysis.networks import SeverityModel, models_of
from spacy_spine.analysis.representations.similarity import compare
from spacy_spine.analysis.samples import Sample
from spacy_spine.analysis.segments import shared_texts
from spacy_spine.experiments.machine import peak_memory

WORDPIECES, BATCH, STEPS = 64, 16, 12
GOLD = {"stenosis": "moderate", "disc": "severe", "nerve": "abnormal"}


def model(encoder: str, name: str, seed: int) -> SeverityModel:
    """A lumbar model with pretrained weights and fresh heads."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "spacy_spine.ReportTokenizer.v1"}}})
    nlp.add_pipe("spine_sentencizer")
    nlp.add_pipe("segment_grouper")
    torch.manual_seed(seed)
    settings = {"@architectures": "spacy_spine.SeverityClassifier.v1", "encoder": encoder, "precision": "fp32"}
    nlp.add_pipe("severity_classifier", config={"model": settings}).model.initialize()
    return models_of(nlp, name)[0]


def similarity(encoder: str, corpus: Path, segments: int) -> tuple[float, int]:
    """Seconds of CKA of two models, texts included, and wordpieces of a segment."""
    begin = time.perf_counter()
    models = [model(encoder, name, seed) for seed, name in enumerate("ab")]
    first, second = shared_texts(models, [corpus], limit=segments)
    assert len(first) == segments
    compare(*models, first, second, progress=True)
    seconds = time.perf_counter() - begin
    return seconds, round(statistics.fmean(len(row) + 2 for row in models[0].shim.tokenize(first)[0]))


def gradients(encoder: str) -> tuple[float, float]:
    """Seconds of a training step and of the gradients of 3 tasks by head, on 16 segments of 64 wordpieces; medians of
    turns."""
    one = model(encoder, "a", 0)
    texts = [f"{'disc ' * (WORDPIECES - 3)}{'a' if i % 2 else 'the'}" for i in range(BATCH)]
    assert {len(row) + 2 for row in one.shim.tokenize(texts)[0]} == {WORDPIECES}
    batch = {"lumbar": [Sample({0: text}, GOLD) for text in texts]}
    measured, optimizer = TaskGradients([one]), Adam(1e-4, use_averages=False)
    steps, measures = [], []
    for _ in range(STEPS):
        begin = time.perf_counter()
        logits, backprop = one.pipe.model.begin_update(texts)
        backprop(one.pipe.heads.loss(logits, [GOLD] * BATCH, one.pipe.model.ops)[1])
        one.pipe.model.finish_update(optimizer)
        between = time.perf_counter()
        measured.grams(batch)
        steps.append(between - begin)
        measures.append(time.perf_counter() - between)
    return statistics.median(steps[2:]), statistics.median(measures[2:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--encoder", default="minilm-l6")
    parser.add_argument("--corpus", type=Path, default=Path("assets/corpora"))
    parser.add_argument("--segments", type=int, default=1000)
    options = parser.parse_args()
    seconds, wordpieces = similarity(options.encoder, options.corpus, options.segments)
    memory = peak_memory()
    step, measure = gradients(options.encoder)
    print("| | |\n|---|--:|")
    print(f"| CKA of two models, {options.segments} segments of {wordpieces} wordpieces | {seconds:.0f} s |")
    print(f"| its peak memory | {memory / 1000:.2f} GB |")
    print(f"| training step, fp32, 16 × 64 wordpieces | {1000 * step:.0f} ms |")
    print(f"| gradients of 3 tasks by head, the same segments | {1000 * measure:.0f} ms, {measure / step:.2f} × |")


if __name__ == "__main__":
    main()
