"""Reports in, findings out: every format is registered, so that a plugin adds another."""

# Imported for their side effect: each registers its format.
from . import read_csv, read_jsonl, read_parquet, read_text, write_csv, write_jsonl, write_parquet  # noqa: F401
from .extraction import extract
from .findings import finding, labels_of, rows
from .formats import FindingFormat, ReportFormat, finding_writers, report_readers
from .page import render_page
from .reading import read_reports
from .report import BadRecord, Fields, Report
from .table import findings_table, print_findings
from .writing import open_findings, open_new

__all__ = [
    "BadRecord",
    "Fields",
    "FindingFormat",
    "Report",
    "ReportFormat",
    "extract",
    "finding",
    "finding_writers",
    "findings_table",
    "labels_of",
    "open_findings",
    "open_new",
    "print_findings",
    "read_reports",
    "render_page",
    "report_readers",
    "rows",
]
