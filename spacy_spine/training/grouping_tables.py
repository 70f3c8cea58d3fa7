"""Figures of sentences and groups as Markdown tables."""

from collections.abc import Mapping
from typing import Any

from .grouping import GroupingMeasures
from .tables import NOTHING, table


def grouping_tables(measures: GroupingMeasures) -> str:
    """All figures of one set, as Markdown.

    measures (GroupingMeasures): What was counted.
    RETURNS (str): What the sentences are like, the segments found, and each rule.
    """
    data = measures.to_dict()
    sentences, locations = data["sentences"], data["locations"]
    first = [
        ["", "number", "wrong", "share"],
        ["gold locations cut by a sentence's end", *_share(locations["cut"], locations["total"])],
        ["sentences that end in mid-phrase", *_share(sentences["mid_phrase"], sentences["total"])],
        [
            "sentences not given to a segment that they name",
            *_share(data["named"]["fn"], measures.named.tp + measures.named.fn),
        ],
        *(
            [f"segments whose sentences say nothing of {name}", *_share(one["silent"], one["segments"])]
            for name, one in data["silent"].items()
        ),
    ]
    found = [["motion segments", "precision", "recall", "F1", "right", "invented", "missed"]]
    found += [[name, *_prf(data[key])] for name, key in (("all", "segments"), ("by inference", "inferred"))]
    rules = [["rule", "pairs", "contradicted", "share"]]
    rules += [[name, *_share(one["contradicted"], one["pairs"])] for name, one in data["rules"].items()]
    title = f"## Sentences and groups, given the gold locations: {measures.reports} reports"
    return "\n\n".join([title, table(first), table(found), table(rules)]) + "\n"


def _share(wrong: int, total: int) -> list[str]:
    return [str(total), str(wrong), f"{wrong / total:.4f}" if total else NOTHING]


def _prf(scores: Mapping[str, Any]) -> list[str]:
    figures = [NOTHING if scores[key] is None else f"{scores[key]:.4f}" for key in ("precision", "recall", "f1")]
    return [*figures, *(str(scores[key]) for key in ("tp", "fp", "fn"))]
