"""The registry of regions: what `@spine_regions` in a config and `--region` on the command line look up."""

from dataclasses import replace

import catalogue

from ..errors import AnatomyError
from .regions import CERVICAL, LUMBAR, Region, Regions

# The namespace makes the entry-point group "spacy_spine_regions".
spine_regions = catalogue.create("spacy", "spine_regions", entry_points=True)
# Made of other regions, so that their name alone stands for nothing.
NEED_ARGUMENTS = ("spacy_spine.combine.v1", "spacy_spine.only.v1")


@spine_regions.register("spacy_spine.lumbar.v1")
def lumbar() -> Region:
    """L1-L2 to L5-S1, graded for stenosis, disc and nerve."""
    return LUMBAR


@spine_regions.register("spacy_spine.cervical.v1")
def cervical() -> Region:
    """C2-C3 to C7-T1, graded for stenosis, disc, cord and foraminal."""
    return CERVICAL


@spine_regions.register("spacy_spine.both.v1")
def both() -> Regions:
    """Cervical and lumbar spine, read by one pipeline."""
    return Regions((CERVICAL, LUMBAR))


@spine_regions.register("spacy_spine.combine.v1")
def combine(*regions: Region) -> Regions:
    """Any regions together, e.g. one of this package and one of a plugin.

    *regions (Region): In a config, one block each: `[….region.*.first] @spine_regions = "…"`.
    """
    return Regions(tuple(regions))


@spine_regions.register("spacy_spine.only.v1")
def only(region: Region, pathologies: list[str]) -> Region:
    """A region graded for some of its pathologies, e.g. one, for a single-task model.

    region (Region): The region.
    pathologies (list[str]): Names of the pathologies to keep, in the order of the model's heads.
    RAISES (AnatomyError): For a pathology that the region does not have.
    """
    known = {pathology.name: pathology for pathology in region.pathologies}
    unknown = [name for name in pathologies if name not in known]
    if unknown:
        raise AnatomyError(f"Region '{region.name}' has no pathology '{unknown[0]}'; there are {', '.join(known)}.")
    return replace(region, pathologies=tuple(known[name] for name in pathologies))


def get_regions(name: str) -> Regions:
    """The regions behind a name.

    name (str): A registered name, or the middle part of one, see `registered_name`.
    RETURNS (Regions): What is registered under it.
    RAISES (AnatomyError): Where nothing is, with the names that are.
    """
    return Regions.of(spine_regions.get(registered_name(name))())


def registered_name(name: str) -> str:
    """The full name that a region is registered under.

    name (str): The full name ("spacy_spine.lumbar.v1") or its middle part ("lumbar"), of which the latest version
        is taken.
    RAISES (AnatomyError): Where nothing is registered under it, with the names that are.
    """
    registered = [key for key in spine_regions.get_all() if key not in NEED_ARGUMENTS]
    names = [key for key in registered if key == name or key.rpartition(".")[0].rpartition(".")[2] == name]
    if not names:
        raise AnatomyError(f"Unknown region '{name}'. Registered regions: {', '.join(sorted(registered))}.")
    return max(names)
