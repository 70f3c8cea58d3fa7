"""Which regions a pipeline reads."""

from spacy.language import Language

from ..anatomy import Regions
from ..errors import ModelError


def pipeline_regions(nlp: Language) -> Regions:
    """The regions of a pipeline's pipes.

    nlp (Language): The pipeline.
    RETURNS (Regions): Of the first pipe that has any.
    RAISES (ModelError): Where none has.
    """
    for _, pipe in nlp.pipeline:
        regions = getattr(pipe, "regions", None)
        if isinstance(regions, Regions):
            return regions
    raise ModelError(f"The pipeline reads no region of the spine; its pipes are {', '.join(nlp.pipe_names) or 'none'}.")
