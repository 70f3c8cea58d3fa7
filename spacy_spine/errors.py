"""The errors a user can cause, each one sentence: what was wrong, where, and what would be right.

No message ever holds report text.
"""


class SpineError(Exception):
    """Base of all errors of this package; the command line prints it as one line and exits with 1."""


class AnatomyError(SpineError):
    """An unknown or impossible region, motion segment or pathology."""


class CorpusError(SpineError):
    """An annotated file that cannot be read or does not hold what it should."""


class RecordError(SpineError):
    """A report that cannot be read or findings that cannot be written."""


class ModelError(SpineError):
    """An encoder or a model that is missing, damaged, or made for something else."""


class ConfigError(SpineError):
    """A setting in a config that cannot be right."""
