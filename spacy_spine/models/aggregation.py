"""Aggregators of TorchJD: one gradient for the shared parameters out of one a head. Registered under `@misc`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from spacy.util import registry

from ..errors import ConfigError, ModelError

if TYPE_CHECKING:
    from torch import Tensor

# (Jacobian of shape (tasks, parameters), the tasks in the order of its rows) → gradient of shape (parameters,).
# An aggregator that has a method `check(tasks)` is asked at the start of training whether it can work.
Aggregator = Callable[["Tensor", tuple[str, ...]], "Tensor"]

BASES = ("Aggregator", "GramianWeightedAggregator", "WeightedAggregator")  # what TorchJD builds the others of


@registry.misc("spacy_spine.torchjd_aggregator.v1")
def create_torchjd_aggregator(name: str = "UPGrad", settings: dict[str, Any] | None = None) -> "TorchJDAggregator":
    """An aggregator of TorchJD (https://torchjd.org), by its class name.

    Many of them average where the plain path sums ("UPGrad" of gradients without conflict is their mean). AdamW does
    not see the scale of a gradient, but clipping does. "UPGrad" and "DualProj" take gradients for zero where their
    squared norms together are below 1e-4, as of a batch that is fitted already, and average them.

    name (str): "UPGrad" (Quinton and Rey 2024), "PCGrad" (Yu et al. 2020), "CAGrad" (Liu et al. 2021), "Sum", …
    settings (dict): Arguments of its constructor. Numbers by task become a vector in the order of the tasks, such as
        `pref_vector` of UPGrad or `weights` of Constant: {"stenosis": 1.0, "disc": 2.0, "nerve": 1.0}.
    """
    return TorchJDAggregator(name, settings or {})


class TorchJDAggregator:
    """See `create_torchjd_aggregator`. TorchJD is imported when it trains, so that a trained pipeline does not need it.

    What a stateful aggregator remembers is of the tasks that it saw together: each set of tasks has an instance of its
    own. It belongs to the training run and is neither saved nor copied.
    """

    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        self.name = name
        self.settings = dict(settings)
        self._instances: dict[tuple[str, ...], Callable[[Tensor], Tensor]] = {}

    def __call__(self, jacobian: "Tensor", tasks: tuple[str, ...]) -> "Tensor":
        """Combine the tasks' gradients.

        jacobian (Tensor): Shape (tasks, parameters).
        tasks (tuple[str, ...]): Names of the tasks, in the order of its rows.
        RETURNS (Tensor): Shape (parameters,).
        RAISES (ConfigError): For an unknown name, impossible settings, or tasks that the aggregator cannot combine.
        RAISES (ModelError): Without TorchJD.
        """
        if tasks not in self._instances:
            self._instances[tasks] = self._create(tasks, jacobian)
        try:
            return self._instances[tasks](jacobian)
        except ValueError as error:
            raise ConfigError(f"Aggregator '{self.name}' cannot combine {' and '.join(tasks)}: {error}") from error

    def check(self, tasks: tuple[str, ...]) -> None:
        """Raise the errors of a call for some tasks, as far as they can be known without gradients."""
        import torch

        self._create(tasks, torch.empty(0))

    def _create(self, tasks: tuple[str, ...], like: "Tensor") -> Callable[["Tensor"], "Tensor"]:
        known = aggregators()
        if self.name not in known:
            raise ConfigError(f"Unknown aggregator '{self.name}'; TorchJD has {', '.join(sorted(known))}.")
        settings = {key: self._value(key, value, tasks, like) for key, value in self.settings.items()}
        if self.name == "NashMTL":  # the one that asks for what it could see
            settings.setdefault("n_tasks", len(tasks))
        try:
            return known[self.name](**settings)
        except ImportError as error:
            raise ModelError(f"Aggregator '{self.name}' lacks a package: {error}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise ConfigError(f"The settings of aggregator '{self.name}' cannot be right: {error}") from error

    def _value(self, key: str, value: Any, tasks: tuple[str, ...], like: "Tensor") -> Any:
        """A setting as TorchJD takes it: numbers by task as a vector."""
        if not isinstance(value, Mapping):
            return value
        missing = [task for task in tasks if task not in value]
        if missing:
            raise ConfigError(f"Setting '{key}' of aggregator '{self.name}' has no number for {', '.join(missing)}.")
        return like.new_tensor([float(value[task]) for task in tasks])

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_instances": {}}


def aggregators() -> dict[str, Callable[..., Any]]:
    """The aggregators of the installed TorchJD, by name.

    RAISES (ModelError): Without TorchJD.
    """
    try:
        from torchjd import aggregation
    except ImportError as error:
        raise ModelError(
            "Combining gradients with an aggregator needs TorchJD: pip install 'spacy-spine[mtl]'."
        ) from error
    found = {name: getattr(aggregation, name) for name in aggregation.__all__ if name not in BASES}
    return {name: one for name, one in found.items() if issubclass(one, aggregation.Aggregator)}
