"""Trains a severity model with several seeds and measures each pipeline from raw text; run by `make accuracy`.

Goes on where it was stopped: a seed whose model or figures are there is not done again. The corpus and the location NER
are those of `make run REGION=…`; the NER is the same for all seeds.

    python tests/accuracy/measure.py --region lumbar --seeds 0 1 2 --real FOLDER_OF_OWN_SETS
"""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Train, calibrate, assemble and measure each seed, then average."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--region", default="lumbar")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--text", default="hinted", help="Text strategy.")
    parser.add_argument("--train", type=Path, default=None, help="Training part [default: of make run].")
    parser.add_argument("--name", default="", help="Name of the variant, where it is not the default.")
    parser.add_argument("--real", type=Path, default=None, help="Folder of further sets, NAME_dev.{texts,gold}.jsonl.")
    options = parser.parse_args()
    place = Path("training") / options.region
    sets = {"test": Path("corpus") / options.region / "test.jsonl"}
    if options.real:
        sets |= {path.name.split(".")[0]: path for path in sorted(options.real.glob("*_dev.texts.jsonl"))}
        if options.region == "cervical":
            sets.pop("notes_dev", None)  # of the lumbar spine alone
    done = []
    for seed in options.seeds:
        run = f"{options.name or options.text}-{seed}"
        pipeline = train(options, place / "seeds" / run, place, seed)
        for name, path in sets.items():
            output = Path("metrics") / options.region / "seeds" / f"{run}.{name}.json"
            if not output.exists():
                spine("evaluate", pipeline, path, "--output", output, "--region", options.region)
            done.append(f"{name}={output}")
    summary = Path("metrics") / options.region / "seeds" / f"{options.name or options.text}"
    spine("metrics", "mean", *done, "--markdown", f"{summary}.md", "--output", f"{summary}.json")


def train(options: argparse.Namespace, folder: Path, place: Path, seed: int) -> Path:
    """Train, calibrate and assemble one seed, as far as that is not done.

    RETURNS (Path): The assembled pipeline.
    """
    region, corpus = f"spacy_spine.{options.region}.v1", Path("corpus") / options.region
    calibrated, pipeline = folder / "calibrated", folder / "pipeline"
    if not (calibrated / "meta.json").exists():
        parts = ["--paths.train", options.train or corpus / "train.jsonl", "--paths.dev", corpus / "dev.jsonl"]
        settings = ["--vars.region", region, "--vars.text", options.text, "--system.seed", seed]
        steps = ["--training.max_steps", options.steps]
        spacy("train", "configs/severity.cfg", "--output", folder, *parts, *settings, *steps)
        spine("calibrate", folder / "model-best", corpus / "dev.jsonl", "--output", calibrated)
    if not (pipeline / "meta.json").exists():
        sources = ["--paths.locations", place / "locations" / "model-best", "--paths.severity", calibrated]
        spacy("assemble", "configs/assemble.cfg", pipeline, "--vars.region", region, *sources)
    return pipeline


def spacy(*arguments: object) -> None:
    """A command of spaCy."""
    subprocess.run([sys.executable, "-m", "spacy", *map(str, arguments)], check=True)


def spine(*arguments: object) -> None:
    """A command of this package."""
    subprocess.run([sys.executable, "-m", "spacy_spine", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
