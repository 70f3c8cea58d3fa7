"""Which sentences of a report belong to which motion segment. Nothing here imports spaCy or torch."""

from .group import Placed, group_sentences
from .registry import Rule, get_rules, grouping_rules
from .sentence import Location, Sentence

__all__ = ["Location", "Placed", "Rule", "Sentence", "get_rules", "group_sentences", "grouping_rules"]
