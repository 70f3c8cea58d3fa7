"""Temperatures of a trained pipe: what its logits are divided by, so that its probabilities can be believed."""

from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from .encoder_pipe import EncoderPipe

if TYPE_CHECKING:
    from ..models.heads import Heads

TEMPERATURES = "temperatures"  # in the pipe's cfg, saved with it


class CalibratedPipe(EncoderPipe):
    """An encoder pipe with a temperature for each of its heads, see `training.calibration`."""

    heads: "Heads"

    @property
    def temperatures(self) -> dict[str, float]:
        """What the logits of each pathology are divided by; 1 where nothing was fitted."""
        return {head.name: self.cfg.get(TEMPERATURES, {}).get(head.name, 1.0) for head in self.heads.heads}

    def set_temperatures(self, temperatures: Mapping[str, float]) -> None:
        """Set what the logits are divided by. It is saved with the pipe. Labels stay as they are.

        temperatures (Mapping[str, float]): By pathology; 1 for one that is left out.
        RAISES (ModelError): For a pathology that is not graded, or a temperature that is not above 0 and finite.
        """
        self._check_temperatures(temperatures)
        self.cfg[TEMPERATURES] = {name: float(value) for name, value in temperatures.items()}

    def describe(self) -> dict[str, str]:
        """Encoder, size, precision and temperatures, for `spacy-spine info`."""
        fitted = ", ".join(f"{name} {value:.2f}" for name, value in self.temperatures.items())
        return {**super().describe(), "temperatures": fitted if TEMPERATURES in self.cfg else "none, not calibrated"}

    def _load(self, load: Callable[[], Any]) -> None:
        self.cfg.pop(TEMPERATURES, None)  # a model that was saved without any must not get those of the one before
        super()._load(load)

    def _check(self) -> None:
        super()._check()
        self._check_temperatures(self.cfg.get(TEMPERATURES, {}))

    def _check_temperatures(self, temperatures: Any) -> None:
        names = {head.name for head in self.heads.heads}
        if not isinstance(temperatures, Mapping):
            raise ModelError(f"Pipe '{self.name}': temperatures must be numbers by pathology.")
        for name, value in temperatures.items():
            if name not in names:
                raise ModelError(f"Pipe '{self.name}' has a temperature for '{name}', which it does not grade.")
            if not isinstance(value, int | float) or not 0 < value < inf:
                raise ModelError(f"Pipe '{self.name}': the temperature of {name} must be a number above 0.")
