"""Vertebrae, motion segments, pathologies and regions. Nothing here imports spaCy or torch."""

from .pathologies import Pathology
from .regions import CERVICAL, LUMBAR, Region, Regions
from .registry import get_regions, spine_regions

__all__ = ["CERVICAL", "LUMBAR", "Pathology", "Region", "Regions", "get_regions", "spine_regions"]
