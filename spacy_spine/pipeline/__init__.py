"""The pipes, one a file. Importing any of them makes `@spine_regions` known to spaCy's configs."""

from spacy.util import registry

from ..anatomy import spine_regions

# spaCy imports every installed factory, and with it this, before it resolves a pipe's config.
setattr(registry, "spine_regions", spine_regions)  # noqa: B010 (the class declares no such attribute)
