"""What each pathology's label is, given what the sentences about a segment say: the annotation guideline as rules."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..anatomy.pathologies import FINDING, GRADES
from .finding import Finding

NONE_MILD, MODERATE, SEVERE = GRADES
NORMAL, ABNORMAL = FINDING
SMALL_MM, LARGE_MM = 3.0, 7.0  # up to the first a disc is mild, from the second on severe
WIDE_AP_MM, NARROW_AP_MM = 10.0, 7.0  # from the first on a canal is wide enough, below the second severely narrow
PLAUSIBLE_AP_MM = (3.0, 25.0)
# Grade of the words (0: none) → label of what it grades.
BULGE = (NONE_MILD, NONE_MILD, MODERATE, MODERATE)
PROTRUSION = (MODERATE, NONE_MILD, MODERATE, SEVERE)
EXTRUSION = (SEVERE, MODERATE, SEVERE, SEVERE)
CANAL = (MODERATE, NONE_MILD, MODERATE, SEVERE)
BY_KIND = {"bulge": BULGE, "ridge": BULGE, "protrusion": PROTRUSION, "extrusion": EXTRUSION, "migration": EXTRUSION}
CANAL_SITES = frozenset({"canal", "sac", "cauda"})
PRESSING = frozenset({"compress", "impinge"})
ON_ROOT = frozenset({"compress", "impinge", "deform", "displace", "efface", "irritate"})
ON_CORD = frozenset({"compress", "impinge", "deform", "efface"})


@dataclass(frozen=True)
class Sentence:
    """A sentence about a segment.

    text (str): The whole sentence.
    parts (tuple[tuple[int, int], ...]): The parts of it that may concern the segment.
    findings (tuple[Finding, ...]): What those say.
    """

    text: str
    parts: tuple[tuple[int, int], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Verdict:
    """A label and why.

    label (str): Of the pathology.
    rule (str): Name of the rule that gave it; "" where nothing is said, which is the lowest label.
    findings (tuple[Finding, ...]): What it was read from.
    """

    label: str
    rule: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Rule:
    """How one pathology is graded.

    labels (tuple[str, ...]): Labels it gives, least severe first; those of the pathology.
    grade (Callable): What the sentences about a segment say → verdict.
    """

    labels: tuple[str, ...]
    grade: Callable[[Sequence[Sentence]], Verdict]


def disc(sentences: Sequence[Sentence]) -> Verdict:
    """Herniation, by the words for it and their grade, else by its size."""
    found = [one for one in _said(sentences) if one.kind in BY_KIND]
    protruding = [one for one in found if one.kind in ("protrusion", "extrusion")]
    verdicts = []
    for one in _graded_first(found):
        if one.kind == "migration" and not any(other.sentence == one.sentence for other in protruding):
            continue
        sized = one.size and not one.grade and one.kind not in ("extrusion", "migration")
        label = _by_size(one.size) if sized else BY_KIND[one.kind][one.grade]
        verdicts.append(Verdict(label, f"{one.kind}_{'size' if sized else 'grade'}", (one,)))
    return _worst(verdicts, GRADES)


def stenosis(sentences: Sequence[Sentence]) -> Verdict:
    """Narrowing of the central canal, compression of the sac; else by diameter, else by what the cord suffers."""
    said = _said(sentences)
    narrow = [one for one in said if one.kind == "narrow" and one.site in CANAL_SITES]
    pressed = [one for one in said if one.kind in PRESSING and one.site in CANAL_SITES]
    pressed += [one for one in said if one.kind == "efface" and one.site == "canal" and one.grade]
    verdicts = [Verdict(CANAL[one.grade], "canal_narrowing", (one,)) for one in _graded_first(narrow)]
    for one in _graded_first(pressed):
        label = CANAL[3] if one.site == "cauda" and one.grade in (0, 3) else CANAL[one.grade]
        verdicts.append(Verdict(label, "canal_compression", (one,)))
    if any(one.grade for verdict in verdicts for one in verdict.findings):
        return _worst(verdicts, GRADES)
    # Without a word that grades it: the worse of a bare statement and a diameter, else what the cord suffers.
    bare = bool(verdicts)
    verdicts += [
        Verdict(_by_diameter(one.size), "canal_diameter", (one,))
        for one in said
        if one.kind == "diameter" and PLAUSIBLE_AP_MM[0] <= one.size <= PLAUSIBLE_AP_MM[1]
    ]
    if bare:
        return _worst(verdicts, GRADES)
    cord = [one for one in said if one.site == "cord" and one.kind in ("compress", "impinge", "deform")]
    signal = [one for one in said if one.kind == "signal" and not one.clinical]
    for one in _graded_first(cord):
        compressed = one.kind != "deform" and bool(signal) and not one.grade
        label = SEVERE if compressed else CANAL[one.grade]
        verdicts.append(Verdict(label, "cord_effect", (one, *(signal if compressed else ()))))
    # "Contact with loss of the CSF around it."
    lost = [one for one in said if one.kind == "efface" and one.site == "csf"]
    touched = [one for one in said if one.kind == "contact" and one.site == "cord"]
    verdicts += [Verdict(MODERATE, "cord_contact_without_csf", (a, b)) for a in lost[:1] for b in touched[:1]]
    return _worst(verdicts, GRADES)


def nerve(sentences: Sequence[Sentence]) -> Verdict:
    """A nerve root that suffers anything more than contact."""
    found = [one for one in _said(sentences) if one.site == "root" and one.kind in ON_ROOT]
    return _worst([Verdict(ABNORMAL, f"root_{one.kind}", (one,)) for one in found], FINDING)


def cord(sentences: Sequence[Sentence]) -> Verdict:
    """A cord that suffers anything more than contact, or shows a signal change."""
    found = [one for one in _said(sentences) if one.site == "cord" and one.kind in {*ON_CORD, "signal"}]
    return _worst([Verdict(ABNORMAL, f"cord_{one.kind}", (one,)) for one in found], FINDING)


def foraminal(sentences: Sequence[Sentence]) -> Verdict:
    """A foramen that is severely narrowed, on either side."""
    found = [one for one in _said(sentences) if one.site == "foramen" and one.grade]
    labels = [(ABNORMAL if one.grade == 3 else NORMAL, one) for one in found]
    return _worst([Verdict(label, "foraminal_narrowing", (one,)) for label, one in labels], FINDING)


def _said(sentences: Iterable[Sentence]) -> list[Finding]:
    """What is the case: nothing that is denied, nor what another sentence says has gone."""
    found = [one for sentence in sentences for one in sentence.findings]
    gone = {(one.kind, one.site) for one in found if one.resolved}
    return [one for one in found if not one.denied and (one.kind, one.site) not in gone]


def _graded_first(found: Sequence[Finding]) -> list[Finding]:
    """Without the ungraded mentions of what another mention grades: it is the same finding, told again."""
    graded = {one.kind for one in found if one.grade or one.size}
    return [one for one in found if one.grade or one.size or one.kind not in graded]


def _by_size(size: float) -> str:
    return NONE_MILD if size <= SMALL_MM else MODERATE if size < LARGE_MM else SEVERE


def _by_diameter(size: float) -> str:
    return NONE_MILD if size >= WIDE_AP_MM else MODERATE if size >= NARROW_AP_MM else SEVERE


def _worst(verdicts: Sequence[Verdict], labels: Sequence[str]) -> Verdict:
    """The most severe of several statements, with everything that says the same."""
    if not verdicts:
        return Verdict(labels[0])
    label = max((one.label for one in verdicts), key=labels.index)
    same = [one for one in verdicts if one.label == label]
    found = dict.fromkeys(finding for one in same for finding in one.findings)
    return Verdict(label, same[0].rule, tuple(found))
