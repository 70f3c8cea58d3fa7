"""The two stages of a cell, each in a process of its own so that its time and memory are its alone.

    python -m spacy_spine.experiments.stages train FOLDER --gpu-id 0
    python -m spacy_spine.experiments.stages measure FOLDER --gpu-id 0

FOLDER holds what `run` has put there: cell.json, config.cfg. Each stage leaves a JSON file of what came of it.
"""

import argparse
import json
import os
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from .machine import gpu_memory, peak_memory

if TYPE_CHECKING:
    from spacy.language import Language

CELL, CONFIG = "cell.json", "config.cfg"
TRAINED, MEASURED = "trained.json", "measured.json"
MODEL = "model-best"


def train(folder: Path, gpu_id: int) -> None:
    """Train a cell with spaCy's own `train`, and note what it took."""
    from spacy.cli.train import train as spacy_train

    start = time.perf_counter()
    spacy_train(folder / CONFIG, output_path=folder, use_gpu=gpu_id)
    seconds = time.perf_counter() - start
    write(folder / TRAINED, {"seconds": seconds, "memory": peak_memory(), "gpu_memory": gpu_memory()})


def measure(folder: Path, gpu_id: int) -> None:
    """Read the test part with a trained cell, from raw text and given gold locations, and note what it found."""
    from spacy.cli._util import setup_gpu

    from ..corpus.formats import read_reports
    from ..training.evaluation import evaluate
    from .results import report_codes, task_scores

    setup_gpu(gpu_id, silent=True)
    cell = json.loads((folder / CELL).read_bytes())
    nlp = pipeline(folder / MODEL, cell["region_block"], cell["locations"])
    regions = graded_regions(nlp)
    reports = list(read_reports(cell["test"]))
    found: dict[str, Any] = {"scores": {}, "reports": {}}
    list(nlp.pipe(report.text for report in reports[:10]))  # caches and kernels warm, as in a run of any length
    start = time.perf_counter()
    for gold, key in enumerate(("end_to_end", "gold_locations")):
        evaluation = evaluate(nlp, reports, regions=regions, gold_locations=bool(gold), progress=False)
        if not gold:
            found["seconds_a_report"] = (time.perf_counter() - start) / evaluation.reports
        found["scores"][key] = task_scores(evaluation)
        found["reports"][key] = report_codes(evaluation.outcomes, regions)
    found["parameters"] = parameters(nlp)
    found |= {"memory": peak_memory(), "gpu_memory": gpu_memory()}
    write(folder / MEASURED, found)


def pipeline(model: Path, region: dict[str, Any], locations: str) -> "Language":
    """A trained cell with pipes before it that find the locations.

    model (Path): What `spacy train` saved.
    region (dict): Block of a config with the regions that are read.
    locations (str): A pipeline whose location pipes are taken; empty for the rules.
    """
    from ..pipeline.loading import load_pipeline

    nlp = load_pipeline(model)
    before = "segment_grouper"
    if locations:
        source = load_pipeline(locations)
        nlp.add_pipe("location_ner", source=source, before=before)
        nlp.add_pipe("motion_segment_normalizer", source=source, before=before)
    else:
        nlp.add_pipe("rule_location_ner", before=before, config={"region": region})
    return nlp


def graded_regions(nlp: "Language") -> Any:
    """The regions of a pipeline, each with the pathologies that some classifier grades."""
    from dataclasses import replace

    from ..anatomy import Regions
    from ..pipeline.severity_classifier import SeverityClassifier

    parts: dict[str, Any] = {}
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, SeverityClassifier):
            for region in pipe.regions:
                if region.name in parts:
                    pathologies = (*parts[region.name].pathologies, *region.pathologies)
                    region = replace(region, pathologies=tuple(dict.fromkeys(pathologies)))
                parts[region.name] = region
    return Regions(tuple(parts.values()))


def parameters(nlp: "Language") -> int:
    """Numbers that the severity classifiers have learnt, all together."""
    from ..pipeline.severity_classifier import SeverityClassifier

    return sum(
        parameter.numel()
        for _, pipe in nlp.pipeline
        if isinstance(pipe, SeverityClassifier)
        for parameter in pipe.model.shims[0].network.parameters()
    )


def write(path: Path, found: dict[str, Any]) -> None:
    """Plain JSON. Not srsly's, which reads some numbers back with another last digit."""
    path.write_text(json.dumps(found), encoding="utf-8")


def _end_with_parent() -> None:
    """End this process when the one that runs the grid is gone: a killed grid and its next run must not meet."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def main() -> None:
    """Run one stage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("stage", choices=("train", "measure"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gpu-id", type=int, default=-1)
    options = parser.parse_args()
    _end_with_parent()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    {"train": train, "measure": measure}[options.stage](options.folder, options.gpu_id)


if __name__ == "__main__":
    main()
