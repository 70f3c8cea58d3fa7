"""A report's sentences as the grouping rules see them: plain data."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from ...anatomy import Regions
from .. import annotations
from . import patterns as p

# Between two mentions of one list: "L3-4, L4-5 and at L5-S1".
JOINER = re.compile(r"[\s,;&/+]*(?:(?:and|or|as well as|to|plus|at)\b[\s,;&/+]*)*(?:levels?|discs?)?[\s,;&/+]*", re.I)


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    text (str): Its text.
    groups (tuple[tuple[str, ...], ...]): Motion segments named in it; those of one list ("L3-4 and L4-5") together.
    opens (bool): Whether it begins with a mention, a list marker or a preposition before it left aside.
    bare (bool): Whether it holds nothing but mentions, as a heading does.
    breaks (int): Line breaks before it: 0 the same line, 1 a new line, 2 a new paragraph.
    marker (str): Kind of its list marker: "" none, "1" a number, "a" a letter, or the bullet itself.
    heading (bool): Whether it is a heading without text.
    region (str | None): Name of the region spoken of at its beginning.
    """

    text: str
    groups: tuple[tuple[str, ...], ...]
    opens: bool
    bare: bool
    breaks: int
    marker: str
    heading: bool
    region: str | None

    @property
    def named(self) -> tuple[str, ...]:
        """All motion segments named in it."""
        return tuple(dict.fromkeys(name for group in self.groups for name in group))


def read_sentences(doc: Doc, regions: Regions, region_at: Callable[[int], str | None]) -> list[Sentence]:
    """The sentences of a Doc with locations.

    region_at (Callable): Name of the region spoken of at a character.
    RETURNS (list[Sentence]): One for each of `doc.sents`.
    """
    known = set(regions.motion_segments)
    mentions = [
        (ent, names)
        for ent in doc.ents
        if ent.label_ == annotations.LOCATION and (names := tuple(n for n in ent._.motion_segments if n in known))
    ]
    sentences, at, previous_end = [], 0, 0
    for sent in doc.sents:
        inside = []
        while at < len(mentions) and mentions[at][0].start < sent.end:
            inside.append(mentions[at])
            at += 1
        text = sent.text.strip()
        begin = sent.start_char + len(sent.text) - len(sent.text.lstrip())
        gap = doc.text[previous_end:begin]
        sentences.append(_read(sent, text, inside, gap, region_at(begin)))
        previous_end = begin + len(text)
    return sentences


def _read(sent: Span, text: str, inside: list, gap: str, region: str | None) -> Sentence:
    marker = p.MARKER.match(sent.text)
    kind = marker.group("marker").strip("()") if marker else ""
    if kind[:1].isdigit():
        kind = "1"
    elif kind[:1].isalpha():
        kind = "a"
    opens = bool(inside) and _opens(sent.doc.text[sent.start_char : inside[0][0].start_char])
    rest, end = [], sent.start_char
    for ent, _ in inside:
        rest.append(sent.doc.text[end : ent.start_char])
        end = ent.end_char
    rest.append(sent.doc.text[end : sent.end_char])
    words = re.findall(r"[A-Za-z]{2,}", " ".join(rest))
    return Sentence(
        text=text,
        groups=_groups(sent.doc, inside),
        opens=opens,
        bare=bool(inside) and len([word for word in words if word.lower() not in ("level", "and", "at", "disc")]) == 0,
        breaks=min(2, len(re.findall(r"\n[^\S\n]*", gap.replace("\r\n", "\n").replace("\r", "\n")))),
        marker=kind,
        heading=not inside and text.endswith(":"),
        region=region,
    )


def _opens(before: str) -> bool:
    marker = p.MARKER.match(before)
    rest = before[marker.end() :] if marker else before
    return not re.sub(r"^(?:at|the|disc|level|in|on|for|and|then|also|finally|next|lastly|[\W_])*$", "", rest.strip().lower())


def _groups(doc: Doc, inside: list) -> tuple[tuple[str, ...], ...]:
    groups: list[tuple[str, ...]] = []
    end = None
    for ent, names in inside:
        if end is not None and JOINER.fullmatch(doc.text[end : ent.start_char]):
            groups[-1] = (*groups[-1], *names)
        else:
            groups.append(names)
        end = ent.end_char
    return tuple(tuple(dict.fromkeys(group)) for group in groups)
