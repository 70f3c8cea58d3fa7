"""Severity of spine pathologies per motion segment, read from MRI reports with spaCy."""

from .anatomy import Pathology, Region, Regions, get_regions

__version__ = "0.1.0"
__all__ = ["Pathology", "Region", "Regions", "__version__", "get_regions"]
