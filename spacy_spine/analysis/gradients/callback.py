"""Gradient alignment during `spacy train`: a callback that the config names under `[training.before_update]`."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.training import Example
from spacy.util import registry

from ...errors import ConfigError

if TYPE_CHECKING:
    from ..samples import MiniBatch
    from .task_gradients import TaskGradients

Corpus = Callable[[Language], Iterable[Example]]


@registry.callbacks("spacy_spine.GradientAlignment.v1")
def create_gradient_alignment(
    path: str | Path, corpus: Corpus, batch_segments: int = 16, segments: int = 128, frequency: int = 0
) -> Callable[[Language, dict[str, Any]], None]:
    """Measure how the gradients of the tasks agree while they are learnt, and write it down a line a measurement.

    A pipeline with one severity classifier is measured between its heads, one with several between their models, on
    the same mini-batches each time. The training goes on as without.

    path (Path): JSONL file, started anew with each training; its folder is made.
    corpus (Callable): A reader with gold locations, `spacy_spine.Corpus.v1`.
    batch_segments (int): Motion segments of a mini-batch; where regions mix, of each region.
    segments (int): Motion segments to measure on, the first of the corpus; where regions mix, of each region.
    frequency (int): Steps between measurements; 0 measures at the first step of each epoch.
    RETURNS (Callable): Called by spaCy before each step.
    RAISES (ConfigError): For numbers that cannot be right.
    """
    return GradientAlignment(Path(path), corpus, batch_segments=batch_segments, segments=segments, frequency=frequency)


class GradientAlignment:
    """See `create_gradient_alignment`."""

    def __init__(self, path: Path, corpus: Corpus, *, batch_segments: int, segments: int, frequency: int) -> None:
        if batch_segments < 1 or segments < 1 or frequency < 0:
            raise ConfigError("batch_segments and segments must be at least 1, frequency at least 0.")
        self.path = path
        self.corpus = corpus
        self.batch_segments = batch_segments
        self.segments = segments
        self.frequency = frequency
        self._epoch: int | None = None
        self._gradients: TaskGradients | None = None
        self._batches: list[MiniBatch] = []

    def __call__(self, nlp: Language, args: dict[str, Any]) -> None:
        """Measure, where it is time to.

        nlp (Language): The pipeline in training.
        args (dict): "step" and "epoch", each from 0.
        """
        from .task_gradients import measure

        step, epoch = args["step"], args["epoch"]
        if step == 0 or self._gradients is None:
            self._start(nlp)
        if step % self.frequency if self.frequency else epoch == self._epoch:
            return
        self._epoch = epoch
        assert self._gradients is not None
        row = measure(self._gradients, self._batches, step=step, epoch=epoch)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def _start(self, nlp: Language) -> None:
        from ..networks import models_of
        from ..samples import mini_batches, read_samples
        from .task_gradients import TaskGradients

        models = models_of(nlp)
        self._gradients = TaskGradients(models)
        self._batches = mini_batches(read_samples(models, self.corpus, segments=self.segments), self.batch_segments)
        self._epoch = None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("", encoding="utf-8")
