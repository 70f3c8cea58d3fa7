"""Text → motion segments. Nothing here imports spaCy or torch."""

from .context import RegionContext
from .matcher import find_mentions
from .mention import Mention
from .normalize import normalize
from .spoken_region import region_at, region_context

__all__ = ["Mention", "RegionContext", "find_mentions", "normalize", "region_at", "region_context"]
