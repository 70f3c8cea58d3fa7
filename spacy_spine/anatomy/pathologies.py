"""What is graded: pathologies with their ordered labels."""

from dataclasses import dataclass

from ..errors import AnatomyError


@dataclass(frozen=True)
class Pathology:
    """One graded finding, a task of the multi-task model.

    name (str): Key in `segment.severities`, e.g. "stenosis".
    labels (tuple[str, ...]): Labels, least severe first; at least two.
    title (str): Readable name for tables and pages; the name if left out.
    """

    name: str
    labels: tuple[str, ...]
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.labels))
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise AnatomyError(f"Pathology '{self.name}' needs two or more different labels, got {list(self.labels)}.")
        if not self.title:
            object.__setattr__(self, "title", self.name)

    @property
    def lowest(self) -> str:
        """The label of a segment that the report calls normal or says nothing about."""
        return self.labels[0]


GRADES = ("none_mild", "moderate", "severe")
FINDING = ("normal", "abnormal")

DISC = Pathology("disc", GRADES, "disc herniation")
STENOSIS = Pathology("stenosis", GRADES, "central canal stenosis")
NERVE = Pathology("nerve", FINDING, "nerve root impingement")
CORD = Pathology("cord", FINDING, "cord compression")
FORAMINAL = Pathology("foraminal", FINDING, "severe foraminal stenosis")
