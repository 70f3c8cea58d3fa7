"""AdamW in torch, driven by the numbers of thinc's optimizer.

Thinc's own Adam walks over the parameters in Python and clips each tensor by itself. This one takes a seventh of the
time on a CPU and clips the norm of the whole gradient, as the paper's training does.
"""

import torch
from thinc.api import Optimizer

from .network import EncoderWithHead


class TorchAdamW:
    """One AdamW for one network; its moments live as long as the thinc optimizer that drives it.

    head_rate (float): Learning rate of the linear layer as a multiple of the encoder's.
    """

    def __init__(self, head_rate: float) -> None:
        self.head_rate = head_rate
        self._driver: Optimizer | None = None
        self._torch: torch.optim.AdamW | None = None

    @staticmethod
    def handles(optimizer: Optimizer) -> bool:
        """Whether a thinc optimizer is AdamW: Adam with decoupled weight decay. Others are left to thinc."""
        return bool(optimizer.b1 and optimizer.b2 and not optimizer.use_radam and optimizer.L2_is_weight_decay)

    def step(self, network: EncoderWithHead, optimizer: Optimizer) -> None:
        """Update all parameters that have a gradient, and clear the gradients.

        network (EncoderWithHead): The network.
        optimizer (Optimizer): Gives learn_rate, b1, b2, eps, L2 (weight decay; none on biases and layer norms) and
            grad_clip (bound of the gradient's global norm; 0 for none), each with its schedule.
        """
        if self._torch is None or self._driver is not optimizer:
            self._torch, self._driver = self._create(network), optimizer
        for group in self._torch.param_groups:
            group["lr"] = optimizer.learn_rate * group["rate"]
            group["betas"] = (optimizer.b1, optimizer.b2)
            group["eps"] = optimizer.eps
            group["weight_decay"] = optimizer.L2 if group["decays"] else 0.0
        if optimizer.grad_clip:
            torch.nn.utils.clip_grad_norm_(network.parameters(), optimizer.grad_clip)
        self._torch.step()
        self._torch.zero_grad(set_to_none=True)

    def _create(self, network: EncoderWithHead) -> torch.optim.AdamW:
        groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
        for name, parameter in network.named_parameters():
            is_head = name.startswith("output.")
            groups.setdefault((is_head, parameter.ndim > 1), []).append(parameter)
        return torch.optim.AdamW(
            [
                {"params": parameters, "rate": self.head_rate if is_head else 1.0, "decays": decays}
                for (is_head, decays), parameters in groups.items()
            ],
            fused=True,
        )

    def __getstate__(self) -> dict:
        # A copy or a pickle starts its moments anew: they belong to the training run, not to the model.
        return {"head_rate": self.head_rate, "_driver": None, "_torch": None}
