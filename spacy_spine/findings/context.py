"""What the sentences before leave for the next one: a heading's topic, and what "it is severe" is of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .finding import Finding
from .phrases import DISCS, GRADES, HEADS, NARROWS, OF_SIZE, SITES
from .term import NUMBER, SIZE, Term

HEADING_LENGTH = 70
PLACES = ("canal", "sac", "foramen", "recess")
QUESTION = re.compile(r"\W*(?:is|are|any|does|do|what|which|how|has|have)\b", re.I)
# Before a grade that is of what the sentence before spoke of: "It is …", "Left …".
LEAD = re.compile(
    r"(?:\W|\b(?:it|they|this|that|these|those|both|all|each|the|one|latter|later|former|left|right|lt|rt|bilateral|on|at|in|is|are|now|and|"
    r"also|again|sides?|disc|level|graded|as|with|of|which|but|only|most|more|being|very)\b)*",
    re.I,
)


@dataclass(frozen=True)
class Context:
    """What a sentence may leave unsaid.

    topic (Finding): What a heading announced; a grade by itself is of it.
    grade (int): A grade that a heading announced: "SEVERE:".
    diameters (bool): Whether a heading announced diameters of the canal.
    place (str): The site last spoken of.
    pressed (str): The cord or root that a heading announced: "Cord:".
    narrowed, bulging (Finding): The last narrowing, and the last finding of the disc.
    """

    topic: Finding | None = None
    grade: int = 0
    diameters: bool = False
    place: str = ""
    pressed: str = ""
    narrowed: Finding | None = None
    bulging: Finding | None = None

    def is_heading(self, text: str, terms: Sequence[Term]) -> bool:
        """Whether a sentence announces what follows: "Foramina:", "Is there canal stenosis?", "MILD:"."""
        text = text.rstrip()
        asks = text.endswith("?") and QUESTION.match(text)
        if len(text) > HEADING_LENGTH or not (asks or text.endswith(":")):
            return False
        heads = [term for term in terms if term.kind in HEADS]
        return not heads or not any(term.kind in GRADES or term.kind == SIZE for term in terms)

    @classmethod
    def of_heading(cls, terms: Sequence[Term]) -> "Context":
        """What a heading leaves.

        terms (Sequence[Term]): Of the heading.
        RETURNS (Context): Nothing of what stood before it.
        """
        sites = [term.kind for term in terms if term.kind in PLACES]
        discs = [term.kind for term in terms if term.kind in DISCS]
        narrows = [term.kind for term in terms if term.kind in NARROWS]
        place = sites[0] if sites else "canal" if narrows else ""
        topic = Finding("narrow", place) if place else Finding(discs[0]) if discs else None
        grades = [GRADES[term.kind] for term in terms if term.kind in GRADES]
        diameters = place == "canal" and any(term.kind == "diameter" for term in terms)
        pressed = next((term.kind for term in terms if term.kind in ("cord", "root")), "")
        return cls(topic, max(grades, default=0) if topic is None else 0, diameters, place, pressed)

    def completed(
        self, text: str, own: Sequence[Finding], loose: Sequence[Term], terms: Sequence[Term]
    ) -> list[Finding]:
        """What a sentence says, with what it left unsaid.

        text (str): The sentence, with blanks for the segments that it names.
        own (Sequence[Finding]): What it says by itself.
        loose (Sequence[Term]): Its grades that are of nothing in it.
        terms (Sequence[Term]): All its terms.
        """
        found = [
            replace(one, grade=self.grade) if self.grade and not one.grade and not one.size else one for one in own
        ]
        if self.diameters and not any(term.kind in HEADS for term in terms):
            numbers = [term for term in terms if term.kind in (NUMBER, SIZE)]
            if len(numbers) == 1:
                span = (numbers[0].start, numbers[0].end)
                found.append(Finding("diameter", "canal", size=numbers[0].value, spans=(span,)))
        heads = [term for term in terms if term.kind in HEADS]
        for term in loose:
            if term.kind not in GRADES or (heads and heads[0].start < term.start):
                continue
            if not LEAD.fullmatch(text, 0, term.start):
                continue
            of = self.topic or (self.bulging if term.text in OF_SIZE else self.narrowed or self.bulging)
            if of:
                found.append(Finding(of.kind, of.site, GRADES[term.kind], spans=((term.start, term.end),)))
        return found

    def after(self, said: Sequence[Finding], terms: Sequence[Term]) -> "Context":
        """What the next sentence may leave unsaid.

        said (Sequence[Finding]): What this one says.
        terms (Sequence[Term]): All its terms.
        """
        narrowed = [one for one in said if one.kind == "narrow" and not one.denied]
        bulging = [one for one in said if one.kind in DISCS and not one.denied]
        sites = [term.kind for term in terms if term.kind in SITES]
        place = sites[-1] if sites and len(set(sites)) == 1 else "" if sites else self.place
        return replace(
            self,
            topic=self.topic if not sites or (self.topic and self.topic.site in sites) else None,
            place=place if place in PLACES else "",
            narrowed=narrowed[-1] if narrowed else None if bulging else self.narrowed,
            bulging=bulging[-1] if bulging else self.bulging,
        )
