"""`spacy-spine info`: what a pipeline is."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from spacy.language import Language


def info_command(
    model: Annotated[str, typer.Argument(help="Installed pipeline or folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell what a pipeline reads, what it is made of, and how well it did."""
    from ..pipeline.loading import load_pipeline

    about = describe_pipeline(load_pipeline(model))
    print(json.dumps(about, indent=2) if as_json else "\n".join(_lines(about)))


def describe_pipeline(nlp: "Language") -> dict[str, Any]:
    """What a pipeline is, as plain data.

    nlp (Language): The pipeline.
    RETURNS (dict): name, version, description, regions (each with its segments, and its pathologies with their
        labels), pipes (each with its factory and what it tells of itself), performance, requires.
    """
    from ..pipeline.regions import pipeline_regions

    meta = nlp.meta
    pipes = {}
    for name, pipe in nlp.pipeline:
        describe = getattr(pipe, "describe", None)
        pipes[name] = {"factory": nlp.get_pipe_meta(name).factory, **(describe() if callable(describe) else {})}
    return {
        "name": f"{meta['lang']}_{meta['name']}",
        "version": meta["version"],
        "description": meta.get("description", ""),
        "regions": {
            region.name: {
                "segments": list(region.motion_segments),
                "pathologies": {pathology.name: list(pathology.labels) for pathology in region.pathologies},
            }
            for region in pipeline_regions(nlp)
        },
        "pipes": pipes,
        "performance": meta.get("performance", {}),
        "requires": [f"spacy{meta['spacy_version']}", *meta.get("requirements", ())],
    }


def _lines(about: dict[str, Any]) -> list[str]:
    lines = [f"{about['name']} {about['version']}"]
    if about["description"]:
        lines.append(about["description"])
    for name, region in about["regions"].items():
        lines += ["", f"Region {name}: {', '.join(region['segments'])}"]
        lines += [f"  {pathology}: {' < '.join(labels)}" for pathology, labels in region["pathologies"].items()]
    lines += ["", "Pipes"]
    for name, pipe in about["pipes"].items():
        facts = "; ".join(f"{key} {value}" for key, value in pipe.items() if key != "factory")
        factory = "" if pipe["factory"] == name else f" ({pipe['factory']})"
        lines.append(f"  {name}{factory}{': ' + facts if facts else ''}")
    lines += ["", "Performance", *_figures(about["performance"], "  ")] if about["performance"] else []
    return [*lines, "", f"Requires {', '.join(about['requires'])}"]


def _figures(figures: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", *_figures(value, indent + "  ")]
        elif value is not None:
            lines.append(f"{indent}{name}: {value:.3f}" if isinstance(value, float) else f"{indent}{name}: {value}")
    return lines
