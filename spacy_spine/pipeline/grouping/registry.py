"""The registry of grouping rules: what `rules` in the config of `segment_grouper` looks up."""

from collections.abc import Callable, Mapping, Sequence

import catalogue

from ...errors import ConfigError
from .focus import Focus
from .rules import collective, continuation, explicit, item, reference
from .sentence import Sentence

Rule = Callable[[Sentence, Focus, Mapping[str, str]], Sequence[str]]

# The namespace makes the entry-point group "spacy_spine_grouping_rules".
grouping_rules = catalogue.create("spacy", "spine_grouping_rules", entry_points=True)
for _rule in (explicit, reference, collective, item, continuation):
    grouping_rules.register(f"spacy_spine.{_rule.__name__}.v1", func=_rule)


def get_rules(names: Sequence[str]) -> dict[str, Rule]:
    """The rules behind their names.

    names (Sequence[str]): Registered names, e.g. "spacy_spine.explicit.v1", in the order in which they are tried.
    RETURNS (dict[str, Rule]): The rules in that order, by the middle part of the name: "explicit".
    RAISES (ConfigError): Where a name is not registered, or none is given.
    """
    registered = grouping_rules.get_all()
    unknown = [name for name in names if name not in registered]
    if unknown or not names:
        given = f"Unknown grouping rule '{unknown[0]}'" if unknown else "No grouping rule given"
        raise ConfigError(f"{given}. Registered rules: {', '.join(sorted(registered))}.")
    return {_middle(name): registered[name] for name in names}


def _middle(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) == 3 else name
