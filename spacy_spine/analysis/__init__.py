"""When can tasks share a model? The similarity of representations (CKA) and the alignment of gradients.

A plugin: the extra `analysis`, reached through entry points. The core imports nothing of it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .representations.cka import LinearCKA, linear_cka

__all__ = ["LinearCKA", "linear_cka"]


def __getattr__(name: str) -> Any:
    # On first use: the command line reads this package for its commands and must not wait for numpy.
    if name in __all__:
        from .representations import cka

        return getattr(cka, name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
