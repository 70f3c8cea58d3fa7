"""The annotation guideline, statement by statement."""

import pytest
from graded import labels, verdicts
from hypothesis import given, settings
from hypothesis import strategies as st

LUMBAR = [
    # disc
    ("Diffuse disc bulge", {}),
    ("Mild bulge", {}),
    ("Moderate disc bulge", {"disc": "moderate"}),
    ("Large broad-based bulge", {"disc": "moderate"}),
    ("3.2 mm bulge", {"disc": "moderate"}),
    ("Disc-osteophyte complex", {}),
    ("Small central protrusion", {}),
    ("Disc protrusion", {"disc": "moderate"}),
    ("Large left foraminal disc protrusion", {"disc": "severe"}),
    ("2 mm protrusion", {}),
    ("Protrusion measuring 5 mm", {"disc": "moderate"}),
    ("Herniation of 7 mm", {"disc": "severe"}),
    ("Extrusion", {"disc": "severe"}),
    ("Small extrusion", {"disc": "moderate"}),
    ("Sequestrated fragment", {"disc": "severe"}),
    ("Protrusion migrating caudally", {"disc": "severe"}),
    ("Protrusion with slight migration", {"disc": "moderate"}),
    ("Desiccation with marked loss of disc height", {}),
    ("Severe facet arthropathy and a small protrusion", {}),
    # canal
    ("Mild canal stenosis", {}),
    ("Canal stenosis", {"stenosis": "moderate"}),
    ("Moderate narrowing of the thecal sac", {"stenosis": "moderate"}),
    ("Mild to moderate central canal stenosis", {"stenosis": "moderate"}),
    ("Moderate-severe canal stenosis", {"stenosis": "severe"}),
    ("Canal is markedly narrowed", {"stenosis": "severe"}),
    ("Significant canal stenosis", {"stenosis": "moderate"}),
    ("No significant canal stenosis", {}),
    ("No high-grade canal stenosis", {}),
    ("Thecal sac indented", {}),
    ("Protrusion encroaching on the thecal sac", {"disc": "moderate"}),
    ("Bulge compressing the thecal sac", {"stenosis": "moderate"}),
    ("Bulge mildly compressing the thecal sac", {}),
    ("Bulge largely compressing the thecal sac", {"stenosis": "severe"}),
    ("Compression of the cauda equina", {"stenosis": "severe"}),
    ("Canal AP 12 mm", {}),
    ("Canal AP 8 mm", {"stenosis": "moderate"}),
    ("AP diameter of the canal 6 mm", {"stenosis": "severe"}),
    ("Mild canal stenosis, AP 8 mm", {}),
    ("Severe foraminal stenosis and lateral recess narrowing", {}),
    # root
    ("Compression of the left L5 root", {"nerve": "abnormal"}),
    ("Exiting root displaced", {"nerve": "abnormal"}),
    ("Traversing nerve root may be impinged", {"nerve": "abnormal"}),
    ("Root compression cannot be excluded", {"nerve": "abnormal"}),
    ("Bulge abuts the S1 root", {}),
    ("Bulge contacts the root without displacement", {}),
    ("Bulge compressing both exit canals", {}),
    ("Bulge compressing both exit nerve roots", {"nerve": "abnormal"}),
    ("Bulge compressing the thecal sac and the exit nerve roots", {"stenosis": "moderate", "nerve": "abnormal"}),
    # lists and scope
    ("Moderate canal and severe foraminal stenosis", {"stenosis": "moderate"}),
    ("Severe facet arthropathy with mild canal narrowing", {}),
    ("No disc herniation, canal stenosis or root compression", {}),
    ("No herniation and moderate canal stenosis", {"stenosis": "moderate"}),
    ("Protrusion without canal stenosis or compression of the root", {"disc": "moderate"}),
    ("Herniation: none", {}),
    ("Canal stenosis is not seen", {}),
    ("Bulge rather than herniation", {}),
    ("The previously seen extrusion has resolved", {}),
    ("Canal stenosis was moderate and is now mild", {}),
    ("Root no longer compressed", {}),
    ("? protrusion", {"disc": "moderate"}),
    ("Unremarkable", {}),
]
CERVICAL = [
    ("Cord flattened", {"cord": "abnormal", "stenosis": "moderate"}),
    ("Cord compression with signal change", {"cord": "abnormal", "stenosis": "severe"}),
    ("Mild cord deformity", {"cord": "abnormal"}),
    ("Cord contacted, not deformed", {}),
    ("Protrusion abuts the cord with loss of the surrounding CSF", {"disc": "moderate", "stenosis": "moderate"}),
    ("Obliterating the anterior CSF space", {}),
    ("Myelomalacia", {"cord": "abnormal"}),
    ("Cord signal is normal", {}),
    ("Severe right foraminal stenosis", {"foraminal": "abnormal"}),
    ("Severe right and moderate left foraminal narrowing", {"foraminal": "abnormal"}),
    ("Moderate to severe foraminal stenosis", {"foraminal": "abnormal"}),
    ("Moderate foraminal stenosis on both sides", {}),
    ("No cord compression", {}),
]


@pytest.mark.parametrize(("text", "expected"), LUMBAR, ids=[text for text, _ in LUMBAR])
def test_lumbar(text: str, expected: dict[str, str]) -> None:
    assert labels("lumbar", "L4-L5", f"L4-5: {text}.") == expected


@pytest.mark.parametrize(("text", "expected"), CERVICAL, ids=[text for text, _ in CERVICAL])
def test_cervical(text: str, expected: dict[str, str]) -> None:
    assert labels("cervical", "C5-C6", f"C5-6: {text}.") == expected


@pytest.mark.parametrize(
    ("sentences", "segment", "expected"),
    [
        (["Stenosis is severe at L4-5 and mild at L3-4."], "L4-L5", {"stenosis": "severe"}),
        (["Stenosis is severe at L4-5 and mild at L3-4."], "L3-L4", {}),
        (["L3-4 and L4-5: mild and severe canal stenosis respectively."], "L4-L5", {"stenosis": "severe"}),
        (["Protrusions of 2 mm at L3-4, 8 mm at L4-5."], "L4-L5", {"disc": "severe"}),
        (["Protrusions of 2 mm at L3-4, 8 mm at L4-5."], "L3-L4", {}),
        # The same finding told again keeps its grade; another statement counts where it is worse.
        (["L4-5: Small protrusion.", "Impression: L4-5 protrusion."], "L4-L5", {}),
        (["L4-5: Mild canal stenosis.", "L4-5: severe canal stenosis."], "L4-L5", {"stenosis": "severe"}),
        # Headings and what goes on about them.
        (["Canal diameters (mm):", "L3-4 12, L4-5 8."], "L4-L5", {"stenosis": "moderate"}),
        (["SEVERE:", "- Canal stenosis at L4-5."], "L4-L5", {"stenosis": "severe"}),
        (["L4-5: There is a protrusion.", "It is large."], "L4-L5", {"disc": "severe"}),
        (["Is there canal stenosis?", "Mild at L4-5."], "L4-L5", {}),
    ],
)
def test_sentences_of_several_levels_and_several_sentences_of_one(
    sentences: list[str], segment: str, expected: dict[str, str]
) -> None:
    assert labels("lumbar", segment, *sentences) == expected


def test_every_label_but_the_lowest_has_its_words() -> None:
    text = "L4-5: Large protrusion, severe canal stenosis, right L5 root compressed."
    for verdict in verdicts("lumbar", "L4-L5", text).values():
        words = " ".join(text[start:end] for one in verdict.findings for start, end in one.spans)
        assert verdict.rule
        assert words
    assert verdicts("lumbar", "L4-L5", "L4-5: normal.")["disc"].rule == ""


STATEMENTS = st.sampled_from(
    [text for text, expected in LUMBAR if not text.startswith(("The prev", "Root no", "Bulge rather"))]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(STATEMENTS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_full_statements_does_not_matter(texts: list[str], random) -> None:
    sentences = [f"L4-5: {text}." for text in texts]
    shuffled = random.sample(sentences, len(sentences))
    assert labels("lumbar", "L4-L5", *sentences) == labels("lumbar", "L4-L5", *shuffled)


@settings(deadline=None, max_examples=60)
@given(STATEMENTS)
def test_capitals_and_another_level_beside_it_change_nothing(text: str) -> None:
    alone = labels("lumbar", "L4-L5", f"L4-5: {text}.")
    assert labels("lumbar", "L4-L5", f"L4-5: {text}.".upper()) == alone
    assert labels("lumbar", "L4-L5", f"L3-4: large extrusion with severe canal stenosis; L4-5: {text}.") == alone
