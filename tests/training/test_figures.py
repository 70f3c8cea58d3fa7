"""Figures: what is drawn, and that it is readable, the same each time, and refused in one sentence."""

import sys
from pathlib import Path
from typing import Any

import pytest

from spacy_spine.errors import CorpusError, ModelError
from spacy_spine.training.figures import Line, line_figure, noise_lines, risk_coverage_lines, scores_of

LINES = [Line("disc", [0, 0.1], [0.8, 0.9]), Line("nerve", [0, 0.1], [0.7, 0.9], [0.6, 0.8], [0.8, 1.0])]


def draw(path: Path, lines: list[Line] = LINES, **settings: Any) -> Path:
    pytest.importorskip("matplotlib")
    line_figure(path, {"lumbar": lines}, x_label="left to a person", y_label="macro F1", **settings)
    return path


def curve(*points: tuple[float | None, float | None]) -> dict[str, Any]:
    return {"risk_coverage": [{"left": 0.0, "coverage": coverage, "macro_f1": f1} for coverage, f1 in points]}


def test_a_figure_says_what_it_shows(tmp_path: Path) -> None:
    words = draw(tmp_path / "new" / "f.svg", percent=True).read_text()
    for word in ("left to a person", "macro F1", "lumbar", "disc", "nerve", "10%"):
        assert f">{word}</text>" in words


def test_the_same_figures_give_the_same_file(tmp_path: Path) -> None:
    first, second = draw(tmp_path / "a.svg").read_bytes(), draw(tmp_path / "b.svg").read_bytes()
    assert first == second
    assert b"<dc:date>" not in first


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_other_formats(tmp_path: Path, suffix: str, start: bytes) -> None:
    assert draw(tmp_path / f"f{suffix}").read_bytes().startswith(start)


def test_drawing_leaves_the_settings_of_others_alone(tmp_path: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    before = dict(matplotlib.rcParams)
    draw(tmp_path / "f.svg")
    assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_what_cannot_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CorpusError, match=r"one of \.svg, \.png, \.pdf, .* got 'f\.jpg'"):
        draw(tmp_path / "f.jpg")
    with pytest.raises(CorpusError, match="nothing to draw"):
        draw(tmp_path / "f.svg", [])
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModelError, match=r"pip install 'spacy-spine\[figures\]'"):
        line_figure(tmp_path / "f.svg", {"": LINES}, x_label="x", y_label="y")
    assert list(tmp_path.iterdir()) == []


def test_risk_coverage_is_drawn_over_what_was_left() -> None:
    # The second and third asked for different shares and, for ties, left the same.
    scores = {"severities": {"disc": curve((1.0, 0.8), (0.75, 0.9), (0.75, 0.9)), "nerve": curve((None, None))}}
    assert risk_coverage_lines(scores) == [Line("disc", [0.0, 0.25], [0.8, 0.9]), Line("nerve", [], [])]


def test_figures_of_an_older_version_are_refused() -> None:
    with pytest.raises(CorpusError, match="no risk_coverage: make them anew"):
        risk_coverage_lines({"severities": {"disc": {"macro_f1": 0.5}}})


def test_runs_of_one_strength_are_their_mean_and_a_band() -> None:
    def run(strength: float, f1: float | None) -> tuple[float, dict]:
        return strength, {"severities": {"disc": {"macro_f1": f1}, "cord": {"macro_f1": None}}}

    assert noise_lines([run(1, 0.5), run(0, 0.9)]) == [Line("disc", [0, 1], [0.9, 0.5])]
    (line,) = noise_lines([run(1, 0.5), run(0, 0.9), run(1, 0.7)])
    assert (line.x, line.low, line.high) == ([0, 1], [0.9, 0.5], [0.9, 0.7])
    assert line.y == pytest.approx([0.9, 0.6])


def test_the_pass_and_region_asked_for() -> None:
    part = {"locations": {}, "segments": {}, "severities": {"disc": {}}}
    one = {"reports": 1, "regions": ["lumbar"], "gold_locations": False, "not_graded": [], "scores": {"all": part}}
    assert scores_of({"end_to_end": one}, "end_to_end") == part
    with pytest.raises(CorpusError, match="no figures of 'gold_locations', but of end_to_end"):
        scores_of({"end_to_end": one, "pipeline": {}}, "gold_locations")
    with pytest.raises(CorpusError, match="no figures of region 'cervical', but of all"):
        scores_of({"end_to_end": one}, "end_to_end", "cervical")
