"""A tiny random encoder, for trying out a project in minutes and for tests. It has learnt nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def make_tiny_encoder(
    path: Path | str, texts: Iterable[str], *, vocabulary: int = 2000, width: int = 64, layers: int = 2, seed: int = 0
) -> None:
    """Write a BERT with random weights and a WordPiece vocabulary of some texts, as a folder that `encoder` can name.

    path (Path): The folder.
    texts (Iterable[str]): Where the wordpieces come from.
    vocabulary (int): Most wordpieces.
    width (int): Width of its layers, a multiple of 4; it has 4 attention heads.
    layers (int): Number of layers.
    seed (int): Of the weights.
    """
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary,
        special_tokens=sorted(special.values()),
        initial_alphabet=[chr(i) for i in range(33, 127) if not chr(i).isupper()],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast: Any = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)
    fast.save_pretrained(path)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=2 * width,
        max_position_embeddings=512,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        BertModel(config).save_pretrained(path)
