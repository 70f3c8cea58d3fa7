"""The bridge between thinc and torch: runs the network, trains it, saves it without pickle and without paths."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import srsly
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from thinc.api import Optimizer
from thinc.shims import PyTorchShim
from thinc.util import get_torch_default_device
from tokenizers import Tokenizer
from torch import Tensor

from ..errors import ConfigError, ModelError
from .network import EncoderWithHead, Pooling, pad
from .optimizer import TorchAdamW
from .sources import load_pretrained, plain_tokenizer

FORMAT = "spacy_spine.EncoderWithHead.v1"
Precision = Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True)
class Settings:
    """What a config says of a network. None of it is saved with the weights: the config is saved beside them.

    source (str): Where pretrained weights come from, see `load_pretrained`; read at the start of training only.
    pooling (str): See `EncoderWithHead`.
    dropout (float): See `EncoderWithHead`.
    max_length (int): Most wordpieces of a row, special tokens included; at most what the encoder takes.
    precision (str): Of the encoder's matrix products: "fp32", "bf16", or "auto", which is bf16 where the processor
        computes with it and fp32 elsewhere. Weights stay fp32.
    batch_wordpieces (int): Most wordpieces that go through the encoder at once, padding included.
    head_rate (float): Learning rate of the linear layer as a multiple of the encoder's.
    """

    source: str
    pooling: Pooling
    dropout: float
    max_length: int
    precision: Precision
    batch_wordpieces: int
    head_rate: float

    def __post_init__(self) -> None:
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"dropout must be at least 0 and below 1, got {self.dropout}.")
        if self.max_length < 3:
            raise ConfigError(f"max_length must be at least 3 wordpieces, got {self.max_length}.")
        if self.batch_wordpieces < 1 or self.head_rate <= 0:
            raise ConfigError("batch_wordpieces and head_rate must be above 0.")


class EncoderShim(PyTorchShim):
    """A thinc shim around `EncoderWithHead` and its tokenizer.

    Both are made by `create` at the start of training, or by `from_bytes`.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(None)
        self.settings = settings
        self.tokenizer: Tokenizer | None = None
        self.special: dict[str, int] = {}
        self._adamw = TorchAdamW(settings.head_rate)

    @property
    def network(self) -> EncoderWithHead:
        """The torch module.

        RAISES (ModelError): Before there is one.
        """
        if self._model is None:
            raise ModelError("The model has no weights yet: train it or load a trained pipeline.")
        return self._model

    @property
    def max_length(self) -> int:
        """Most wordpieces of a row: what the config says, bounded by what the encoder takes."""
        limit = getattr(self.network.encoder.config, "max_position_embeddings", None)
        return min(self.settings.max_length, limit) if limit else self.settings.max_length

    @property
    def precision(self) -> str:
        """The precision in use: "fp32" or "bf16"."""
        if self.settings.precision != "auto":
            return self.settings.precision
        if self.device.type == "cuda":
            return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
        return "bf16" if torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported() else "fp32"

    def create(self, columns: int) -> None:
        """Load the pretrained encoder and put a fresh linear layer on it.

        columns (int): Columns of the linear layer.
        """
        pretrained = load_pretrained(self.settings.source)
        self.tokenizer, self.special = pretrained.tokenizer, pretrained.special
        self._model = self._assemble(pretrained.encoder, columns).to(get_torch_default_device())

    def tokenize(self, texts: list[str]) -> tuple[list[list[int]], list[list[tuple[int, int]]]]:
        """Wordpieces of texts, without special tokens, at any length.

        texts (list[str]): The texts.
        RETURNS (tuple): For each text the ids, and the start and end character of each wordpiece.
        """
        _ = self.network
        assert self.tokenizer is not None
        encodings = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        return [encoding.ids for encoding in encodings], [encoding.offsets for encoding in encodings]

    def inputs(self, rows: list[list[int]]) -> tuple[Tensor, Tensor]:
        """Ids and mask of rows of wordpieces, special tokens added."""
        framed = [[self.special["cls"], *row, self.special["sep"]] for row in rows]
        return pad(framed, self.special["pad"], self.device)

    def predict(self, inputs: tuple[Tensor, Tensor]) -> Tensor:  # type: ignore[override]
        """Logits without dropout; the module is left in the mode it was in."""
        training = self.network.training
        self.network.eval()
        try:
            with torch.inference_mode(), self._autocast():
                return self.network(*inputs)
        finally:
            self.network.train(training)

    def begin_update(self, inputs: tuple[Tensor, Tensor]) -> tuple[Tensor, Callable[[Tensor], None]]:  # type: ignore[override]
        """Logits with dropout, and the callback that takes the gradient of the loss with respect to them."""
        self.network.train()
        with self._autocast():
            logits = self.network(*inputs)
        return logits, logits.backward

    def finish_update(self, optimizer: Optimizer) -> None:
        """Make one step with the gradients gathered since the last."""
        if TorchAdamW.handles(optimizer):
            self._adamw.step(self.network, optimizer)
        else:
            super().finish_update(optimizer)

    def to_bytes(self) -> bytes:
        """Config, tokenizer and weights; no pickle, no path."""
        network = self.network
        assert self.tokenizer is not None
        config = dict(sorted(network.encoder.config.to_dict().items()))
        config.pop("_name_or_path", None)
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
        message = {
            "format": FORMAT,
            "config": config,
            "columns": network.output.out_features,
            "tokenizer": self.tokenizer.to_str(),
            "special": self.special,
            "weights": save_tensors(tensors),
        }
        return srsly.msgpack_dumps(message)

    def from_bytes(self, bytes_data: bytes) -> "EncoderShim":
        """Load what `to_bytes` saved.

        RAISES (ModelError): Where it is damaged, of another format, or does not fit its own description.
        """
        from transformers import AutoConfig, AutoModel
        from transformers.modeling_utils import no_init_weights

        try:
            message: dict[str, Any] = srsly.msgpack_loads(bytes_data)
            found = message.get("format")
        except Exception as error:
            raise ModelError("The saved model is damaged or truncated.") from error
        if found != FORMAT:
            raise ModelError(f"The saved model has format {found!r}; this version reads {FORMAT!r}.")
        self.tokenizer, self.special = plain_tokenizer(message["tokenizer"]), message["special"]
        config = dict(message["config"])
        with no_init_weights():
            encoder = AutoModel.from_config(AutoConfig.for_model(config.pop("model_type"), **config))
        if getattr(encoder, "pooler", None) is not None:
            encoder.pooler = None
        network = self._assemble(encoder, message["columns"])
        try:
            network.load_state_dict(load_tensors(message["weights"]), strict=True, assign=True)
        except Exception as error:
            raise ModelError(
                f"The saved weights do not fit the encoder that they name ({type(error).__name__})."
            ) from error
        self._model = network.to(get_torch_default_device())
        return self

    def _assemble(self, encoder: Any, columns: int) -> EncoderWithHead:
        width = encoder.config.hidden_size
        return EncoderWithHead(
            encoder, width=width, columns=columns, pooling=self.settings.pooling, dropout=self.settings.dropout
        )

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bf16")


def _one_thread_after_fork() -> None:
    # A forked worker inherits torch's OpenMP pool without its threads and hangs at the first parallel product.
    torch.set_num_threads(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_one_thread_after_fork)
