"""The severity models of pipelines: what every analysis starts from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from torch import Tensor

from ..anatomy import Regions
from ..errors import ModelError
from ..models.packing import pack
from ..pipeline.loading import load_pipeline
from ..pipeline.severity_classifier import SeverityClassifier

if TYPE_CHECKING:
    from ..models.network import EncoderWithHead
    from ..models.shim import EncoderShim


@dataclass(frozen=True)
class SeverityModel:
    """One severity classifier of a pipeline.

    name (str): What tables and figures call it.
    nlp (Language): Its pipeline, whose other pipes place the segments that it reads.
    pipe (SeverityClassifier): The pipe.
    """

    name: str
    nlp: Language = field(repr=False)
    pipe: SeverityClassifier = field(repr=False)

    @property
    def shim(self) -> "EncoderShim":
        return self.pipe.model.shims[0]

    @property
    def network(self) -> "EncoderWithHead":
        """The torch module: `.encoder` (a transformers model), `.dropout`, `.output` (the linear layer)."""
        return self.shim.network

    @property
    def regions(self) -> Regions:
        return self.pipe.regions

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of its heads, in the order of their columns."""
        return tuple(head.name for head in self.pipe.heads.heads)

    def batches(self, texts: list[str], size: int) -> Iterator[tuple[list[int], Tensor, Tensor]]:
        """Texts as the encoder reads them, in batches of little padding.

        texts (list[str]): The texts.
        size (int): Most wordpieces of a batch, padding included.
        YIELDS (tuple): Places of the batch's texts, and their ids and mask, each of shape (batch, wordpieces).
        """
        limit = self.shim.max_length - 2
        rows = [ids[:limit] for ids in self.shim.tokenize(texts)[0]] if texts else []
        for places in pack([len(row) + 2 for row in rows], size):
            yield places, *self.shim.inputs([rows[place] for place in places])


def open_models(path: Path | str) -> list[SeverityModel]:
    """The severity models of a pipeline.

    path (Path): Folder or package name.
    RETURNS (list[SeverityModel]): One for each severity classifier, in the pipeline's order.
    RAISES (ModelError): Where the pipeline cannot be loaded, or has none.
    """
    return models_of(load_pipeline(path), Path(path).name)


def models_of(nlp: Language, name: str = "") -> list[SeverityModel]:
    """The severity models of a loaded pipeline.

    nlp (Language): The pipeline.
    name (str): What it is called.
    RAISES (ModelError): Where it has no severity classifier that is trained.
    """
    pipes = {key: pipe for key, pipe in nlp.pipeline if isinstance(pipe, SeverityClassifier)}
    if not pipes:
        raise ModelError(f"Pipeline '{name}' has no severity_classifier; its pipes are {', '.join(nlp.pipe_names)}.")
    several = len(pipes) > 1
    return [
        SeverityModel(f"{name}:{key}" if several and name else key if several else name, nlp, pipe)
        for key, pipe in pipes.items()
    ]


@contextmanager
def evaluating(network: Any) -> Iterator[None]:
    """No dropout inside, and the mode that the module was in afterwards. Thinc leaves modules in training mode."""
    training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(training)
