"""What the two trained pipes share: clear errors at loading, and a description of their encoder."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from spacy.pipeline import TrainablePipe
from spacy.training import Example
from thinc.api import Optimizer

from ..errors import ModelError, SpineError


class EncoderPipe(TrainablePipe):
    """A trainable pipe whose model is an encoder with a linear layer.

    Its `cfg` holds what the weights were trained for; `expected` says what the config asks for.
    """

    expected: dict[str, Any]

    def learn(self, examples: Iterable[Example]) -> float:
        """Gather the gradients of a batch.

        RETURNS (float): The loss, 0 where the batch holds nothing to learn from.
        """
        raise NotImplementedError

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """Learn from a batch: what the predicted Docs hold is read, what the reference Docs hold is right.

        drop (float): Not used: the dropout of the model's config applies.
        """
        losses = {} if losses is None else losses
        losses[self.name] = losses.get(self.name, 0.0) + self.learn(examples)
        if sgd not in (None, False):
            self.finish_update(sgd)
        return losses

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "EncoderPipe":
        """Load the pipe from a folder.

        RAISES (ModelError): Where the folder is incomplete, damaged, or of a model for something else.
        """
        self._load(lambda: TrainablePipe.from_disk(self, path, exclude=exclude))
        return self

    def from_bytes(self, bytes_data: bytes, *, exclude: Iterable[str] = ()) -> "EncoderPipe":
        """Load the pipe from bytes.

        RAISES (ModelError): Where they are damaged, or of a model for something else.
        """
        self._load(lambda: TrainablePipe.from_bytes(self, bytes_data, exclude=exclude))
        return self

    def describe(self) -> dict[str, str]:
        """Encoder, size and precision, for `spacy-spine info`."""
        shim = self.model.shims[0]
        count = sum(parameter.numel() for parameter in shim.network.parameters())
        config = shim.network.encoder.config
        return {
            "encoder": f"{config.model_type}, {config.num_hidden_layers} layers, width {config.hidden_size}",
            "parameters": f"{count / 1e6:.1f} M",
            "precision": shim.precision,
            "longest text": f"{shim.max_length} wordpieces",
        }

    def _load(self, load: Callable[[], Any]) -> None:
        try:
            load()
        except SpineError as error:
            raise ModelError(f"Pipe '{self.name}': {error}") from error
        except FileNotFoundError as error:
            raise ModelError(f"Pipe '{self.name}': the model folder is incomplete, no {error.filename}.") from error
        except Exception as error:
            self._check()  # a model for something else fails in many ways; say that rather than how
            raise ModelError(f"Pipe '{self.name}': the saved model is damaged ({type(error).__name__}).") from error
        self._check()

    def _check(self) -> None:
        for key, value in self.expected.items():
            found = self.cfg.get(key)
            if found != value:
                raise ModelError(
                    f"Pipe '{self.name}': the model was trained for {key} {found}, the config asks for {value}."
                )
