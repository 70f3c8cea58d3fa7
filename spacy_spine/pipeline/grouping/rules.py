"""The rules that place a sentence, tried in order; each one names what it is sure of, or nothing.

A rule gets the sentence and what was read before it, and returns motion segments. Registered under `@misc`, so that a
package of somebody else can add one and name it in the grouper's config.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ...anatomy import Regions
from . import patterns as p
from .sentence import Sentence


@dataclass
class State:
    """What has been read so far.

    regions (Regions): What the pipeline reads.
    named (frozenset[str]): Motion segments named anywhere in the report.
    topic (tuple[str, ...]): The segments spoken of last, as long as the text may go on about them.
    recent (list[tuple[str, ...]]): All groups of segments named so far, latest last.
    item (bool): Whether the topic has a list item or paragraph of its own.
    bare (bool): Whether the topic stood alone, as a heading does.
    marker (str): List marker of the sentence that set the topic.
    findings (bool): Whether this is a section of findings, not of history or technique.
    """

    regions: Regions
    named: frozenset[str]
    topic: tuple[str, ...] = ()
    recent: list[tuple[str, ...]] = field(default_factory=list)
    item: bool = False
    bare: bool = False
    marker: str = ""
    findings: bool = True


Rule = Callable[[Sentence, State], tuple[str, ...]]


def explicit(sentence: Sentence, state: State) -> tuple[str, ...]:
    """The segments that the sentence names."""
    return sentence.named


def reference(sentence: Sentence, state: State) -> tuple[str, ...]:
    """Segments named by their place among others: "the latter", "both levels", "the level above"."""
    found: list[str] = []
    flat = list(dict.fromkeys(name for group in state.recent[-3:] for name in group))
    if p.FORMER.search(sentence.text) and len(flat) > 1:
        found.append(flat[-2])
    if p.LATTER.search(sentence.text) and len(flat) > 1:
        found.append(flat[-1])
    if not found and p.THESE.search(sentence.text) and len(flat) > 1:
        last = state.recent[-1]
        found += last if len(last) > 1 else flat[-2:]
    if not found and state.topic:
        if p.ABOVE.search(sentence.text):
            found += _neighbour(state, state.topic[0], -1)
        elif p.BELOW.search(sentence.text):
            found += _neighbour(state, state.topic[-1], 1)
    return tuple(dict.fromkeys(found))


def item(sentence: Sentence, state: State) -> tuple[str, ...]:
    """The segment whose list item or paragraph the sentence stands in."""
    return state.topic if state.item and _goes_on(sentence) else ()


def this_level(sentence: Sentence, state: State) -> tuple[str, ...]:
    """The segment spoken of last, where the sentence points back to it: "at this level", "here"."""
    if not p.THIS.search(sentence.text):
        return ()
    return state.topic or (state.recent[-1] if state.recent and sentence.breaks < 2 else ())


def continuation(sentence: Sentence, state: State) -> tuple[str, ...]:
    """The segment spoken of last, where running text goes on about what is graded."""
    return state.topic if not state.item and _goes_on(sentence) else ()


def collective(sentence: Sentence, state: State) -> tuple[str, ...]:
    """The segments that a statement about many covers: "the remaining levels", "at all levels"."""
    remaining = bool(p.REMAINING.search(sentence.text))
    if not remaining and not (p.EVERYWHERE.search(sentence.text) and not p.THESE.search(sentence.text)):
        return ()
    names = [region.name for region in state.regions]
    region = sentence.region if sentence.region in names else (names[0] if len(names) == 1 else None)
    covered = [name for part in state.regions if part.name == region for name in part.motion_segments]
    return tuple(name for name in covered if not (remaining and name in state.named))


def _goes_on(sentence: Sentence) -> bool:
    return bool(p.GRADED.search(sentence.text)) or not p.ELSEWHERE.search(sentence.text)


def _neighbour(state: State, name: str, step: int) -> list[str]:
    region = state.regions.region_of(name)
    if region is None:
        return []
    at = region.motion_segments.index(name) + step
    return [region.motion_segments[at]] if 0 <= at < len(region.motion_segments) else []
