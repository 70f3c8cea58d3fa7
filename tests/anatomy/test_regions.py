import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_spine import Pathology, Region, Regions, get_regions
from spacy_spine.anatomy import CERVICAL, LUMBAR, spine_regions
from spacy_spine.errors import AnatomyError


def test_motion_segments_are_those_of_the_guideline():
    assert LUMBAR.motion_segments == ("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")
    assert CERVICAL.motion_segments == ("C2-C3", "C3-C4", "C4-C5", "C5-C6", "C6-C7", "C7-T1")


def test_pathologies_are_those_of_the_guideline():
    def shape(region):
        return [(p.name, p.labels) for p in region.pathologies]

    grades, finding = ("none_mild", "moderate", "severe"), ("normal", "abnormal")
    assert shape(LUMBAR) == [("stenosis", grades), ("disc", grades), ("nerve", finding)]
    assert shape(CERVICAL) == [("stenosis", grades), ("disc", grades), ("cord", finding), ("foraminal", finding)]


@given(st.sampled_from(LUMBAR.vertebrae), st.sampled_from(LUMBAR.vertebrae))
def test_between_is_a_run_of_segments_from_one_vertebra_to_the_other(upper, lower):
    found = LUMBAR.between(upper, lower)
    steps = LUMBAR.vertebrae.index(lower) - LUMBAR.vertebrae.index(upper)
    assert len(found) == max(0, steps)
    if found:
        assert found[0].startswith(upper)
        assert found[-1].endswith(lower)


def test_between_knows_only_its_own_vertebrae():
    assert LUMBAR.between("T12", "L3") == ()


@pytest.mark.parametrize("name", ["lumbar", "spacy_spine.lumbar.v1"])
def test_regions_are_found_by_short_and_by_full_name(name):
    assert get_regions(name) == Regions((LUMBAR,))


def test_an_unknown_region_names_the_known_ones():
    with pytest.raises(
        AnatomyError, match=r"Unknown region 'thoracic'.*spacy_spine\.cervical\.v1, spacy_spine\.lumbar"
    ):
        get_regions("thoracic")


def test_both_joins_segments_and_pathologies():
    both = get_regions("both")
    assert both.names == ("cervical", "lumbar")
    assert both.motion_segments == CERVICAL.motion_segments + LUMBAR.motion_segments
    assert [p.name for p in both.pathologies] == ["stenosis", "disc", "cord", "foraminal", "nerve"]
    assert both.region_of("C7-T1") == CERVICAL
    assert both.region_of("T1-T2") is None
    assert spine_regions.get("spacy_spine.combine.v1")(CERVICAL, LUMBAR) == both


def test_only_keeps_some_pathologies():
    only = spine_regions.get("spacy_spine.only.v1")
    assert [p.name for p in only(LUMBAR, ["nerve"]).pathologies] == ["nerve"]
    assert only(LUMBAR, ["nerve"]).motion_segments == LUMBAR.motion_segments
    with pytest.raises(AnatomyError, match="Region 'lumbar' has no pathology 'cord'; there are stenosis, disc, nerve"):
        only(LUMBAR, ["cord"])


def test_regions_are_made_of_regions_only():
    assert Regions.of(LUMBAR) == Regions.of([LUMBAR]) == Regions.of(Regions((LUMBAR,)))
    for wrong in ("lumbar", None, ["lumbar"], 3):
        with pytest.raises(AnatomyError, match="Expected a region"):
            Regions.of(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Pathology("disc", ("normal",)),
        lambda: Pathology("disc", ("normal", "normal")),
        lambda: Region("r", ("L1",), LUMBAR.pathologies),
        lambda: replace(LUMBAR, pathologies=()),
        lambda: replace(LUMBAR, pathologies=LUMBAR.pathologies[:1] * 2),
        lambda: Regions(()),
        lambda: Regions((LUMBAR, replace(LUMBAR, name="again"))),
        lambda: Regions((LUMBAR, replace(CERVICAL, pathologies=(Pathology("disc", ("no", "yes")),)))),
    ],
)
def test_impossible_anatomy_is_refused(make):
    with pytest.raises(AnatomyError):
        make()


@pytest.mark.parametrize("regions", [LUMBAR, get_regions("both")])
def test_regions_reach_worker_processes(regions):
    assert pickle.loads(pickle.dumps(regions)) == regions
