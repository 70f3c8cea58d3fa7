"""The registry of regions: what `@spine_regions` in a config and `--region` on the command line look up."""

import catalogue

from ..errors import AnatomyError
from .regions import CERVICAL, LUMBAR, Region, Regions

# The namespace makes the entry-point group "spacy_spine_regions".
spine_regions = catalogue.create("spacy", "spine_regions", entry_points=True)


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


def get_regions(name: str) -> Regions:
    """The regions behind a name.

    name (str): A registered name ("spacy_spine.lumbar.v1") or its middle part ("lumbar"), of which the
        latest version is taken.
    RETURNS (Regions): What is registered under it.
    RAISES (AnatomyError): Where nothing is, with the names that are.
    """
    registered = spine_regions.get_all()
    names = [key for key in registered if key == name or key.rpartition(".")[0].rpartition(".")[2] == name]
    names = [key for key in names if key != "spacy_spine.combine.v1"]
    if not names:
        known = sorted(key for key in registered if key != "spacy_spine.combine.v1")
        raise AnatomyError(f"Unknown region '{name}'. Registered regions: {', '.join(known)}.")
    return Regions.of(registered[max(names)]())
