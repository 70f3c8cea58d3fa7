"""A region of somebody else, for the time of a test."""

from collections.abc import Iterator

import catalogue
import pytest

from spacy_spine import Pathology, Region
from spacy_spine.anatomy import LUMBAR
from spacy_spine.corpus.report import regions_named


@pytest.fixture
def thoracic(monkeypatch: pytest.MonkeyPatch) -> Iterator[Region]:
    """T1-T2 to T12-L1, graded for disc and endplate changes, registered as "thoracic"."""
    region = Region(
        name="thoracic",
        vertebrae=(*(f"T{i}" for i in range(1, 13)), "L1"),
        pathologies=(LUMBAR.pathologies[1], Pathology("modic", ("none", "type_1", "type_2"))),
    )
    monkeypatch.setitem(catalogue.REGISTRY, ("spacy", "spine_regions", "acme.thoracic.v1"), lambda: region)
    regions_named.cache_clear()
    yield region
    regions_named.cache_clear()
