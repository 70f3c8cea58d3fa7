"""`spacy-spine corpus`: check, convert, split and count annotated reports."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CorpusError
from .benchmarks import join_command
from .corpus_build import build_command, damage_command

if TYPE_CHECKING:
    from ..corpus.imports import LeftOut
    from ..corpus.report import AnnotatedReport

PART_SUFFIXES = {"jsonl": ".jsonl", "pair": ".texts.jsonl", "spacy": ".spacy"}

corpus_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
corpus_app.command("build")(build_command)
corpus_app.command("damage")(damage_command)
corpus_app.command("join")(join_command)


@corpus_app.command("check")
def check_command(
    paths: Annotated[list[Path], typer.Argument(help="Files, pairs (by either name) or folders of our JSONL.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out warnings.")] = False,
) -> None:
    """Check annotated reports: each problem with file, line, report and reason.

    Exits with 1 where there are errors; warnings are mentions that the rules read otherwise.
    """
    from ..corpus.check import check_paths

    lines = errors = warnings = 0
    for checked in check_paths(paths):
        lines += 1
        for problem in checked.problems:
            warnings += problem.warning
            errors += not problem.warning
            if not (quiet and problem.warning):
                print(problem)
    print(f"{lines} reports, {errors} errors, {warnings} warnings")
    if errors or not lines:
        raise typer.Exit(1)


@corpus_app.command("convert")
def convert_command(
    input: Annotated[Path, typer.Argument(help="A file, a pair or a folder.")],
    output: Annotated[Path, typer.Argument(help=".jsonl, NAME.texts.jsonl (a pair), .spacy, or .json (Label Studio).")],
    source: Annotated[
        str | None, typer.Option("--from", help="jsonl, spacy, prodigy, label-studio; by INPUT if left out.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", help="jsonl, spacy, prodigy, label-studio; by OUTPUT's name if left out.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", "-r", help="Region of imported reports that name none, e.g. lumbar.")
    ] = None,
) -> None:
    """Convert annotated reports between our JSONL, spaCy's DocBin, Prodigy and Label Studio.

    Nothing is lost on the way there and back.
    """
    from ..corpus.formats import read_any, write_any

    left_out: list[LeftOut] = []
    reports = list(_annotated(read_any(input, source, region), left_out))
    beside = write_any(output, reports, target)
    for one in left_out:
        print(f"{one.where}: left out, {one.reason}", file=sys.stderr)
    print(f"{len(reports)} reports written, {len(left_out)} left out: {', '.join(map(str, [output, *beside]))}")


@corpus_app.command("split")
def split_command(
    input: Annotated[Path, typer.Argument(help="A file, a pair or a folder of our JSONL, or a .spacy file.")],
    output: Annotated[Path, typer.Argument(help="Folder for one file a part.")],
    part: Annotated[
        list[str] | None,
        typer.Option("--part", "--parts", help="NAME=SHARE, once a part [default: train=0.7, dev=0.1, test=0.2]."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another split.")] = 0,
    region: Annotated[
        str | None, typer.Option("--region", "-r", help="Keep what is about this region alone, e.g. lumbar.")
    ] = None,
    fixed: Annotated[
        list[str] | None,
        typer.Option(help="PART=FILE: the part is these practices, one a line, whatever the seed."),
    ] = None,
    format: Annotated[str, typer.Option("--format", help="jsonl, pair or spacy.")] = "jsonl",
) -> None:
    """Split annotated reports by practice, stratified by label.

    Reports of one practice never stand in two parts. The same seed and reports give the same split.
    """
    from ..anatomy import get_regions
    from ..corpus.formats import read_reports, write_any
    from ..corpus.report import keep_regions
    from ..corpus.split import practice_of, split_reports
    from ..corpus.stats import count_reports, stats_table

    if format not in PART_SUFFIXES:
        raise CorpusError(f"Unknown format '{format}'; there are {', '.join(PART_SUFFIXES)}.")
    shares = _shares(part or ["train=0.7", "dev=0.1", "test=0.2"])
    practices = _fixed(fixed or [])
    reports = list(read_reports(input))
    if region:
        regions = get_regions(region)
        reports = [kept for one in reports if (kept := keep_regions(one, regions))]
    if not reports:
        raise CorpusError(f"'{input}' holds no report{f' of region {region}' if region else ''}.")
    if practices and not practices.keys() & {practice_of(one) for one in reports}:
        print("None of the fixed practices occurs: all parts are dealt out by their shares.", file=sys.stderr)
    parts = split_reports(reports, shares, seed=seed, fixed=practices)
    for name, own in parts.items():
        write_any(output / f"{name}{PART_SUFFIXES[format]}", own)
    print(stats_table({name: count_reports(own) for name, own in parts.items()}))


@corpus_app.command("stats")
def stats_command(
    paths: Annotated[list[Path], typer.Argument(help="Files, pairs, folders or .spacy files: one column each.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Count reports, practices, locations, motion segments and labels."""
    from ..corpus.formats import read_reports
    from ..corpus.stats import count_reports, stats_table

    columns = {name: count_reports(read_reports(path)) for name, path in _columns(paths)}
    if as_json:
        print(json.dumps({name: stats.to_dict() for name, stats in columns.items()}, indent=2, ensure_ascii=False))
    else:
        print(stats_table(columns))


@corpus_app.command("tiny-encoder")
def tiny_encoder_command(
    input: Annotated[Path, typer.Argument(help="Annotated reports, for the wordpieces.")],
    output: Annotated[Path, typer.Argument(help="Folder of the encoder.")],
    seed: Annotated[int, typer.Option(help="Of its random weights.")] = 0,
) -> None:
    """Make a tiny random encoder, to try a project out in minutes. It has learnt nothing."""
    from ..corpus.formats import read_reports
    from ..models.tiny import make_tiny_encoder

    make_tiny_encoder(output, [report.text for report in read_reports(input)], seed=seed)
    print(f"Tiny encoder: {output}")


def _annotated(
    reports: "Iterable[AnnotatedReport | LeftOut]", left_out: "list[LeftOut]"
) -> "Iterator[AnnotatedReport]":
    from ..corpus.imports import LeftOut

    for one in reports:
        if isinstance(one, LeftOut):
            left_out.append(one)
        else:
            yield one


def _shares(parts: list[str]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for part in parts:
        name, _, share = part.partition("=")
        try:
            value = float(share)
        except ValueError:
            value = 0.0
        if not name or Path(name).name != name or not value > 0 or name in shares:
            raise CorpusError(f"A part is NAME=SHARE, once each, e.g. train=0.7; got '{part}'.")
        shares[name] = value
    return shares


def _fixed(fixed: list[str]) -> dict[str, str]:
    practices: dict[str, str] = {}
    for one in fixed:
        part, _, file = one.partition("=")
        if not (part and file):
            raise CorpusError(f"Fixed practices are PART=FILE, e.g. test=test_practices.txt; got '{one}'.")
        try:
            names = Path(file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(f"Cannot read '{file}' ({type(error).__name__}).") from error
        for name in filter(None, map(str.strip, names)):
            if practices.setdefault(name, part) != part:
                raise CorpusError(f"Practice '{name}' is fixed to two parts.")
    return practices


def _columns(paths: list[Path]) -> Iterator[tuple[str, Path]]:
    names = [path.name.removesuffix(".spacy").removesuffix(".jsonl") or str(path) for path in paths]
    for name, path in zip(names, paths, strict=True):
        yield (name if names.count(name) == 1 else str(path)), path
