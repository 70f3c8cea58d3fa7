"""Training sets made of annotated reports by operations that keep offsets and labels right."""

from . import builtin  # noqa: F401 (registers the package's own operations)
from .build import build_corpus
from .noise import damage, noise
from .recipes import Recipe, get_recipe
from .registry import Operation, get_operations, operations

__all__ = ["Operation", "Recipe", "build_corpus", "damage", "get_operations", "get_recipe", "noise", "operations"]
