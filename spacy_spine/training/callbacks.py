"""Config callbacks that say what a pipeline is, for `spacy package` and its README."""

from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from spacy.util import registry

from ..pipeline.regions import pipeline_regions

DESCRIPTION = (
    "Finds the motion segments of the {regions} spine in MRI reports, gathers their sentences and grades "
    "{pathologies}. For research; not a medical device."
)


@registry.callbacks("spacy_spine.describe_pipeline.v1")
def create_describe_pipeline() -> Callable[[Language], Language]:
    """Name the pipeline after its regions (en_spine_lumbar, en_spine_cervical, and en_spine for several), say what it
    is for, and take the paths of the machine that trained it out of its config."""
    return describe_pipeline


def describe_pipeline(nlp: Language) -> Language:
    regions = pipeline_regions(nlp)
    pathologies = [pathology.title for pathology in regions.pathologies]
    nlp.meta["name"] = f"spine_{regions.names[0]}" if len(regions) == 1 else "spine"
    nlp.meta["description"] = DESCRIPTION.format(
        regions=" and ".join(regions.names), pathologies=f"{', '.join(pathologies[:-1])} and {pathologies[-1]}"
    )
    nlp.meta["license"] = "MIT"
    nlp.meta["author"] = "The spacy_spine developers"
    _settle_variables(nlp)
    _forget_paths(nlp)
    return nlp


def _settle_variables(nlp: Language) -> None:
    # `spacy package` looks up the registered functions of a config by name, and finds none called "${vars.region}".
    settled = nlp.config.interpolate()["components"]
    for name in nlp.component_names:
        nlp.get_pipe_config(name).update({key: settled[name][key] for key in settled[name] if key != "factory"})


def _forget_paths(nlp: Language) -> None:
    nlp.config["paths"] = dict.fromkeys(nlp.config.get("paths", {}))
    nlp.config.get("training", {}).pop("before_update", None)  # names a file of the training's machine
    for name in nlp.pipe_names:
        model = nlp.get_pipe_config(name).get("model", {})
        # Read at the start of training only; the trained weights lie in the pipeline.
        if isinstance(model.get("encoder"), str):
            model["encoder"] = Path(model["encoder"]).name if Path(model["encoder"]).is_dir() else model["encoder"]
