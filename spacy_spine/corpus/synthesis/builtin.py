"""The package's own operations under their names. A plugin's come through entry points `spacy_spine_operations`."""

from .damages import dictation, scan, typos
from .exchange import drop, permute, recombine, shuffle
from .insert import distract, identify
from .registry import operations
from .relevel import relevel
from .respell import respell

OPERATIONS = (relevel, permute, recombine, shuffle, drop, respell, distract, identify, typos, dictation, scan)
for _operation in OPERATIONS:
    operations.register(f"spacy_spine.{_operation.__name__}.v1", func=_operation)
