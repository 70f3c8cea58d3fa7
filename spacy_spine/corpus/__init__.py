"""Annotated reports in and out. Nothing imported here imports spaCy."""

from .formats import read_any, read_reports, write_any
from .report import AnnotatedReport, Location, SegmentLabels, keep_regions

__all__ = [
    "AnnotatedReport",
    "Location",
    "SegmentLabels",
    "keep_regions",
    "read_any",
    "read_reports",
    "write_any",
]
