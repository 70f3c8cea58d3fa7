"""`spacy-spine corpus build` and `spacy-spine corpus damage`: training sets and noisy evaluation sets."""

from pathlib import Path
from typing import Annotated

import typer


def build_command(
    input: Annotated[Path, typer.Argument(help="Annotated reports: a file, pair or folder of ours, e.g. train.jsonl.")],
    output: Annotated[Path, typer.Argument(help=".jsonl, NAME.texts.jsonl (a pair) or .spacy.")],
    recipe: Annotated[
        str, typer.Option(help="as_is (labels in the shares of INPUT), balanced, or a .json file of your own.")
    ] = "as_is",
    segments: Annotated[int, typer.Option(min=1, help="Motion segments, those of INPUT included.")] = 4339,
    noise: Annotated[float, typer.Option(min=0, max=1, help="Strength of the noise.")] = 0.3,
    scanned: Annotated[float, typer.Option(min=0, max=1, help="Share of the new reports that look scanned.")] = 0.25,
    seed: Annotated[int, typer.Option(help="Another seed is another corpus.")] = 0,
) -> None:
    """Add synthetic reports to annotated ones, their offsets and labels right by construction.

    The same seed and reports give the same corpus. A synthetic report keeps the practice that it was made of.
    """
    from tqdm import tqdm

    from ..corpus.formats import read_reports, write_any
    from ..corpus.stats import count_reports, stats_table
    from ..corpus.synthesis import build_corpus

    reports = list(read_reports(input))
    with tqdm(total=segments, unit="segment", desc="segments", disable=None) as bar:

        def show(count: int) -> None:
            bar.update(min(count, segments) - bar.n)

        built = build_corpus(
            reports, segments=segments, recipe=recipe, noise=noise, scanned=scanned, seed=seed, progress=show
        )
    write_any(output, built)
    print(stats_table({"input": count_reports(reports), "output": count_reports(built)}))


def damage_command(
    input: Annotated[Path, typer.Argument(help="Annotated reports: a file, pair or folder of ours.")],
    output: Annotated[Path, typer.Argument(help=".jsonl, NAME.texts.jsonl (a pair) or .spacy.")],
    strength: Annotated[float, typer.Option(min=0, max=1, help="0 changes nothing.")],
    channel: Annotated[str, typer.Option(help="scan, typist, dictation, or mixed.")] = "mixed",
    unreadable: Annotated[
        float, typer.Option(min=0, max=1, help="Share of damaged levels that rules may fail to read.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 0,
) -> None:
    """Damage annotated reports as scanners, typists and dictation do: one set for each strength of a figure."""
    from ..corpus.formats import read_reports, write_any
    from ..corpus.synthesis import noise

    reports = list(read_reports(input))
    damaged = list(noise(reports, strength, seed, channel=channel, unreadable=unreadable))
    write_any(output, damaged)
    changed = sum(old.text != new.text for old, new in zip(reports, damaged, strict=True))
    print(f"{len(damaged)} reports written, {changed} of them changed: {output}")
