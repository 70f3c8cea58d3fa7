"""A tokenizer that cuts every punctuation mark off, so that any mention of a location is a span of whole tokens."""

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import registry

# A decimal point or comma between digits stays, so that "3.5 mm" is two tokens.
MARK = r"(?:[^\w\s]|_)"
# Typists leave out spaces: "at" ends before the level in "atL4/5", "and" begins after it in "C5/Gand".
GLUED = r"(?<=[A-Za-z][a-z])(?=[A-Z][\dS])|(?<=\d)(?=[a-z]{3})|(?<=[/-][GSI])(?=[a-z]{3})"
INFIXES = re.compile(rf"(?<!\d){MARK}|{MARK}(?!\d)|(?<=\d)(?![.,]){MARK}(?=\d)|{GLUED}")
PREFIXES = re.compile(rf"^{MARK}")
SUFFIXES = re.compile(rf"{MARK}$")


@registry.tokenizers("spacy_spine.ReportTokenizer.v1")
def create_report_tokenizer() -> Callable[[Language], Tokenizer]:
    """Split at white space and at every mark but decimal points: "L3-4,L4/5:mild" is 9 tokens."""
    return make_tokenizer


def make_tokenizer(nlp: Language) -> Tokenizer:
    return Tokenizer(
        nlp.vocab,
        prefix_search=PREFIXES.search,
        suffix_search=SUFFIXES.search,
        infix_finditer=INFIXES.finditer,
    )
