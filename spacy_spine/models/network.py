"""The torch module: a transformer encoder, dropout, and one linear layer."""

from typing import Any, Literal

import torch
from torch import Tensor, nn

Pooling = Literal["cls", "mean", "tokens"]


class EncoderWithHead(nn.Module):
    """Logits of texts, or of each of their wordpieces.

    The heads of a multi-task model are slices of the one linear layer's columns (Sehanobish et al. 2022, section 3).

    encoder (nn.Module): A transformers model.
    width (int): Width of its last layer.
    columns (int): Columns of the linear layer: all labels of all heads.
    pooling (str): What the linear layer reads: "cls" the first token, "mean" the mean over the text's wordpieces
        (padding left out), "tokens" each wordpiece.
    dropout (float): Share of the pooled vector's numbers that training sets to zero.
    """

    encoder: Any  # a PreTrainedModel; nn.Module types its attributes too loosely

    def __init__(self, encoder: nn.Module, *, width: int, columns: int, pooling: Pooling, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(width, columns)
        self.pooling = pooling

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Compute logits.

        ids (Tensor): Wordpiece ids, shape (batch, wordpieces), int64.
        mask (Tensor): 1 for wordpieces and 0 for padding, same shape.
        RETURNS (Tensor): float32, shape (batch, columns), or (batch, wordpieces, columns) for pooling "tokens".
        """
        hidden = self.encoder(input_ids=ids, attention_mask=mask)[0]
        if self.pooling == "cls":
            hidden = hidden[:, 0]
        elif self.pooling == "mean":
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            hidden = (hidden * weights).sum(1) / weights.sum(1)
        return self.output(self.dropout(hidden)).float()


def pad(rows: list[list[int]], padding: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Rows of ids as one matrix.

    rows (list[list[int]]): Ids of each text, special tokens included.
    padding (int): Id of the padding token.
    RETURNS (tuple[Tensor, Tensor]): Ids and mask, each of shape (rows, longest row).
    """
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), padding, dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[i, : len(row)] = 1
    return ids.to(device), mask.to(device)
