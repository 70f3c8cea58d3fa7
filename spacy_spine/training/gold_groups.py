"""Annotated reports with their gold locations, run through the pipes that group sentences."""

from collections.abc import Callable, Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from ..anatomy import Regions
from ..corpus.docs import set_locations
from ..corpus.report import AnnotatedReport, keep_regions


def group_gold(
    nlp: Language, reports: Iterable[AnnotatedReport], regions: Regions, pipes: Iterable[Callable[[Doc], Doc]]
) -> Iterator[tuple[Doc, AnnotatedReport]]:
    """Give annotated reports their gold locations and run pipes on them.

    nlp (Language): For its tokenizer.
    reports (Iterable[AnnotatedReport]): The reports; what is of other regions is left out.
    regions (Regions): What is wanted.
    pipes (Iterable[Callable]): In their order, without those that find locations.
    YIELDS (tuple): The Doc, and the report as far as it is of the regions.
    """
    pipes = list(pipes)
    for report in reports:
        kept = keep_regions(report, regions)
        if kept is None:
            continue
        doc = nlp.make_doc(kept.text)
        set_locations(doc, kept)
        for pipe in pipes:
            doc = pipe(doc)
        yield doc, kept
