"""How the cells of a grid are trained: a short list of named numbers, the paper's Table 5 among them."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

import srsly

from ..errors import ConfigError

KINDS = ("single", "multi")
SELECTORS = ("region", "kind", "groups")


@dataclass(frozen=True)
class Settings:
    """Settings of one cell.

    text (str): Text strategy: "concat" (the paper's), "marked", or any other that is registered.
    steps (int): Batches of a training; 0 to go by `epochs`.
    epochs (float): Passes over the training part, where `steps` is 0.
    batch (int): Motion segments of a batch.
    max_length (int): Wordpieces of a segment.
    learn_rate (float): Highest rate of AdamW's linear schedule.
    warmup (float): Share of the steps in which the rate rises.
    weight_decay (float): Of AdamW.
    grad_clip (float): Bound of the gradient's global norm.
    dropout (float): Before the linear layer.
    head_rate (float): Rate of the linear layer as a multiple of the encoder's.
    evaluations (int): How often the dev part is measured; the best state is kept.
    patience (int): Evaluations without a better one after which training ends; 0 for never.
    precision (str): See `Settings` of the models.
    gradients (int): How often the alignment of gradients is measured, evenly over the training; 0 for never. Needs the
        plugin `analysis`.
    gradient_segments (int): Motion segments of each measurement.
    locations (str): Pipeline whose pipes find the locations when the test part is read from raw text; empty for
        `rule_location_ner`.
    config (Mapping[str, Any]): Anything else of the config, by dotted path: {"training.optimizer.beta1": 0.8}.
    """

    text: str = "marked"
    steps: int = 0
    epochs: float = 5
    batch: int = 16
    max_length: int = 512
    learn_rate: float = 1e-4
    warmup: float = 0.1
    weight_decay: float = 1e-4
    grad_clip: float = 5.0
    dropout: float = 0.5
    head_rate: float = 1.0
    evaluations: int = 5
    patience: int = 0
    precision: str = "auto"
    gradients: int = 0
    gradient_segments: int = 128
    locations: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in fields(self):
            value, default = getattr(self, one.name), one.default
            if isinstance(default, int | float) and (
                isinstance(value, bool) or not isinstance(value, int | float) or value < 0
            ):
                raise ConfigError(f"Setting '{one.name}' must be a number of at least 0, got {value!r}.")
            if isinstance(default, str) and not isinstance(value, str):
                raise ConfigError(f"Setting '{one.name}' must be a text, got {value!r}.")
        if not isinstance(self.config, Mapping):
            raise ConfigError("Setting 'config' must be a table of dotted paths.")
        if not (self.steps or self.epochs) or not self.batch or not self.evaluations:
            raise ConfigError("Settings need steps or epochs, a batch and evaluations above 0.")

    @classmethod
    def of(cls, blocks: Iterable[Mapping[str, Any]], *, region: str, kind: str, group: str) -> "Settings":
        """The settings of a cell, from all blocks that fit it.

        blocks (Iterable[Mapping]): Of a grid's file, each with settings and perhaps a region, a kind and groups, which
            are patterns such as "lumbar.*+*".
        region, kind, group (str): Of the cell.
        RAISES (ConfigError): For an unknown setting or kind, or a value that is none.
        """
        known = {one.name for one in fields(cls)}
        chosen: dict[str, Any] = {}
        for block in blocks:
            unknown = sorted(block.keys() - known - set(SELECTORS))
            if unknown:
                raise ConfigError(f"Unknown setting '{unknown[0]}'; there are {', '.join(sorted(known))}.")
            if block.get("kind", kind) not in KINDS:
                raise ConfigError(f"A block of settings has kind {block['kind']!r}; there are {', '.join(KINDS)}.")
            fits = block.get("region", region) == region and block.get("kind", kind) == kind
            if fits and any(fnmatchcase(group, pattern) for pattern in block.get("groups", ["*"])):
                chosen |= {key: value for key, value in block.items() if key in known}
        return cls(**chosen)

    def total_steps(self, segments: int) -> int:
        """Batches of a training on a part with that many graded motion segments."""
        return int(self.steps) or max(1, math.ceil(self.epochs * segments / self.batch))

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "config": dict(self.config)}

    def digest(self) -> str:
        """SHA-256 of the settings, the same on every machine."""
        return hashlib.sha256(srsly.json_dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()
