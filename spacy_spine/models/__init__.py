"""Thinc models around one building block: an encoder with a linear head, fed with plain strings."""

import os

# oneDNN keeps a kernel for each of the last 1,024 shapes of a bf16 product, and hardly two batches have one shape: a
# stream of reports would grow by 0.1 MB each. The first product reads these; a user's own settings stay.
for _cache in ("LRU_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY"):
    os.environ.setdefault(_cache, "16")
