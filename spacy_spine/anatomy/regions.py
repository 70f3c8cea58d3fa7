"""Regions of the spine: ordered vertebrae, the motion segments between them, and what is graded there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..errors import AnatomyError
from .pathologies import CORD, DISC, FORAMINAL, NERVE, STENOSIS, Pathology


@dataclass(frozen=True)
class Region:
    """A stretch of the spine whose motion segments are graded.

    name (str): e.g. "lumbar".
    vertebrae (tuple[str, ...]): Cranial to caudal, both ends included: ("L1", …, "L5", "S1") has five motion segments.
    pathologies (tuple[Pathology, ...]): What is graded at each of its segments, in the order of the model's heads.
    letters (Mapping[str, str]): Other letters that name its vertebrae, e.g. {"D": "T"} for D1 = T1.
    junctions (Mapping[str, str]): Fixed names of motion segments, e.g. {"lumbosacral junction": "L5-S1"}.
    headings (tuple[str, ...]): Words that announce the region in a heading or title, lower case.
    """

    name: str
    vertebrae: tuple[str, ...]
    pathologies: tuple[Pathology, ...]
    letters: Mapping[str, str] = field(default_factory=dict, hash=False)
    junctions: Mapping[str, str] = field(default_factory=dict, hash=False)
    headings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("vertebrae", "pathologies", "headings"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("letters", "junctions"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        if len(self.vertebrae) < 2:
            raise AnatomyError(f"Region '{self.name}' needs two or more vertebrae, got {list(self.vertebrae)}.")
        names = [p.name for p in self.pathologies]
        if not names or len(set(names)) != len(names):
            raise AnatomyError(f"Region '{self.name}' needs one or more different pathologies, got {names}.")

    def __reduce__(self) -> tuple:
        # A mappingproxy does not pickle; worker processes get the region by its plain values.
        plain = (self.name, self.vertebrae, self.pathologies, dict(self.letters), dict(self.junctions), self.headings)
        return (Region, plain)

    @property
    def motion_segments(self) -> tuple[str, ...]:
        """Names of the motion segments, cranial to caudal: ("L1-L2", …, "L5-S1")."""
        return tuple(f"{upper}-{lower}" for upper, lower in zip(self.vertebrae, self.vertebrae[1:], strict=False))

    def between(self, upper: str, lower: str) -> tuple[str, ...]:
        """Motion segments from one vertebra down to another.

        upper, lower (str): Vertebrae of the region, e.g. "L1", "L4".
        RETURNS (tuple[str, ...]): e.g. ("L1-L2", "L2-L3", "L3-L4"); empty where `lower` is not below `upper`
            or one of them is not a vertebra of the region.
        """
        if upper not in self.vertebrae or lower not in self.vertebrae:
            return ()
        return self.motion_segments[self.vertebrae.index(upper) : self.vertebrae.index(lower)]


@dataclass(frozen=True)
class Regions:
    """One or more regions that a pipeline reads together, cranial to caudal."""

    parts: tuple[Region, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))
        segments = self.motion_segments
        if not self.parts:
            raise AnatomyError("A pipeline needs at least one region.")
        if len(set(segments)) != len(segments):
            raise AnatomyError(f"Regions {self.names} share motion segments; a pipeline can only read one of them.")
        for pathology in self.pathologies:
            for other in (p for region in self.parts for p in region.pathologies if p.name == pathology.name):
                if other.labels != pathology.labels:
                    raise AnatomyError(f"Regions {self.names} give pathology '{pathology.name}' different labels.")

    @classmethod
    def of(cls, value: "Region | Regions | Iterable[Region]") -> "Regions":
        """Any way of naming regions as Regions.

        value: A region, several, or Regions.
        RAISES (AnatomyError): Where the value holds anything else.
        """
        if isinstance(value, Regions):
            return value
        if isinstance(value, Region):
            return cls((value,))
        if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
            parts = tuple(value)
            if all(isinstance(part, Region) for part in parts):
                return cls(parts)
        raise AnatomyError(f"Expected a region such as @spine_regions = 'spacy_spine.lumbar.v1', got {value!r}.")

    def __iter__(self) -> Iterator[Region]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(region.name for region in self.parts)

    @property
    def motion_segments(self) -> tuple[str, ...]:
        """All motion segments, in the order of the regions, cranial to caudal within each."""
        return tuple(segment for region in self.parts for segment in region.motion_segments)

    @property
    def pathologies(self) -> tuple[Pathology, ...]:
        """The union of the regions' pathologies by name, in order of first appearance: the heads of a joint model."""
        found: dict[str, Pathology] = {}
        for region in self.parts:
            for pathology in region.pathologies:
                found.setdefault(pathology.name, pathology)
        return tuple(found.values())

    def region_of(self, segment: str) -> Region | None:
        """The region that a motion segment belongs to, or None."""
        return next((region for region in self.parts if segment in region.motion_segments), None)


LUMBAR = Region(
    name="lumbar",
    vertebrae=("L1", "L2", "L3", "L4", "L5", "S1"),
    pathologies=(STENOSIS, DISC, NERVE),
    junctions={"lumbosacral junction": "L5-S1", "lumbo-sacral junction": "L5-S1", "lumbar sacral junction": "L5-S1"},
    headings=("lumbar", "lumbosacral", "l-spine", "l spine", "lss", "ls spine", "l/s spine", "l-s spine"),
)

CERVICAL = Region(
    name="cervical",
    vertebrae=("C2", "C3", "C4", "C5", "C6", "C7", "T1"),
    pathologies=(STENOSIS, DISC, CORD, FORAMINAL),
    letters={"D": "T", "TH": "T"},
    junctions={"cervicothoracic junction": "C7-T1", "cervico-thoracic junction": "C7-T1"},
    headings=("cervical", "c-spine", "c spine", "cx spine", "cervicothoracic"),
)
