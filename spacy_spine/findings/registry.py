"""The registry of finding rules: how each pathology is graded. A plugin adds a rule for its own pathology."""

from collections.abc import Mapping

import catalogue

from ..anatomy import Pathology, Region, Regions
from ..anatomy.pathologies import FINDING, GRADES
from ..errors import ConfigError
from .rules import Rule, cord, disc, foraminal, nerve, stenosis

# The namespace makes the entry-point group "spacy_spine_finding_rules". The middle part of a name is the pathology's.
finding_rules = catalogue.create("spacy", "spine_finding_rules", entry_points=True)
for _labels, _functions in ((GRADES, (disc, stenosis)), (FINDING, (nerve, cord, foraminal))):
    for _grade in _functions:
        finding_rules.register(f"spacy_spine.{_grade.__name__}.v1", func=Rule(_labels, _grade))


def gradable(region: Region) -> tuple[Pathology, ...]:
    """The pathologies of a region that rules can grade, in its order."""
    registered = _registered()
    return tuple(
        pathology
        for pathology in region.pathologies
        if pathology.name in registered and tuple(registered[pathology.name].labels) == pathology.labels
    )


def rules_for(regions: Regions) -> Mapping[str, Rule]:
    """The rules of the regions' pathologies.

    regions (Regions): What is graded.
    RETURNS (Mapping[str, Rule]): By pathology.
    RAISES (ConfigError): Where a pathology has no rule, or one that gives other labels.
    """
    registered = _registered()
    found = {}
    for pathology in regions.pathologies:
        rule = registered.get(pathology.name)
        if rule is None:
            raise ConfigError(
                f"No rule grades pathology '{pathology.name}'. Rules can grade {', '.join(sorted(registered))}; "
                f"a plugin adds others through the entry points 'spacy_spine_finding_rules'."
            )
        if tuple(rule.labels) != pathology.labels:
            raise ConfigError(
                f"The rule for pathology '{pathology.name}' gives {', '.join(rule.labels)}, "
                f"the region has {', '.join(pathology.labels)}."
            )
        found[pathology.name] = rule
    return found


def _registered() -> dict[str, Rule]:
    """By pathology, of several versions the last."""
    return {_pathology(name): rule for name, rule in sorted(finding_rules.get_all().items())}


def _pathology(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) == 3 else name
