"""Text → graded findings by rules. Nothing here imports spaCy or torch."""

from .clauses import clauses
from .finding import Finding
from .grader import Grader, Passage
from .registry import finding_rules, gradable, rules_for
from .rules import Rule, Sentence, Verdict

__all__ = [
    "Finding",
    "Grader",
    "Passage",
    "Rule",
    "Sentence",
    "Verdict",
    "clauses",
    "finding_rules",
    "gradable",
    "rules_for",
]
