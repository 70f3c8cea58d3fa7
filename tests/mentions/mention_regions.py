"""The regions of the tests: those of the package and one that a plugin would add, with vertebrae of two digits."""

from spacy_spine import Pathology, Region, Regions, get_regions

THORACIC = Region(
    name="thoracic",
    vertebrae=(*(f"T{number}" for number in range(1, 13)), "L1"),
    pathologies=(Pathology("disc", ("normal", "abnormal")),),
)
REGIONS = {name: get_regions(name) for name in ("lumbar", "cervical", "both")} | {"thoracic": Regions.of(THORACIC)}
