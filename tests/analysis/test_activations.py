"""Activations by hooks: against the encoder's own account, and without a trace afterwards."""

import numpy as np
import pytest
import torch
from severity_models import TEXTS, encoder_folder, severity_model
from torch.nn.functional import gelu, linear

from spacy_spine.analysis.representations.activations import MATRICES, POOLINGS, Spot, read_activations, reading
from spacy_spine.errors import ModelError

KINDS = ["bert", "roberta", "electra", "distilbert", "mpnet"]


@pytest.fixture(scope="module")
def model(tiny_encoder):
    return severity_model(tiny_encoder)


def model_of(kind, tmp_path, tiny_encoder):
    return severity_model(tiny_encoder if kind == "bert" else encoder_folder(tmp_path, kind, tiny_encoder))


def hooks_of(module):
    return [hook for one in module.modules() for hook in (*one._forward_hooks, *one._forward_pre_hooks)]


def pooled(tensor, mask):
    """As `Spot` says, the long way round."""
    rows = [row[: int(own.sum())] for row, own in zip(tensor, mask, strict=True)]
    return {"cls": torch.stack([row[0] for row in rows]), "mean": torch.stack([row.mean(0) for row in rows])}


def parts(kind, layer):
    """Query, key and value, first and second dense layer, norm of attention and of output."""
    if kind == "distilbert":
        attention, ffn = layer.attention, layer.ffn
        inner = (ffn.lin1, ffn.lin2, layer.sa_layer_norm, layer.output_layer_norm)
        return (attention.q_lin, attention.k_lin, attention.v_lin, *inner)
    norm = layer.attention.LayerNorm if kind == "mpnet" else layer.attention.output.LayerNorm
    attention = layer.attention.attn if kind == "mpnet" else layer.attention.self
    names = "qkv" if kind == "mpnet" else ("query", "key", "value")
    inner = (layer.intermediate.dense, layer.output.dense, norm, layer.output.LayerNorm)
    return (*(getattr(attention, name) for name in names), *inner)


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_what_the_encoder_computes(kind, tmp_path, tiny_encoder):
    model = model_of(kind, tmp_path, tiny_encoder)
    encoder = model.network.eval().encoder
    _, ids, mask = next(iter(model.batches(TEXTS[:4], 10_000)))
    with torch.inference_mode():
        hidden = encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
    with reading(model) as read:
        found = read(ids, mask)

    def check(layer, matrix, tensor):
        for pooling, expected in pooled(tensor, mask).items():
            np.testing.assert_allclose(found.pop(Spot(pooling, layer, matrix)), expected, atol=2e-6)

    layers = encoder.transformer.layer if kind == "distilbert" else encoder.encoder.layer
    with torch.inference_mode():
        check(0, "output", hidden[0])
        for number, layer in enumerate(layers, 1):
            query, key, value, first, second, attention_norm, output_norm = parts(kind, layer)
            for matrix, part in (("query", query), ("key", key), ("value", value)):
                check(number, matrix, linear(hidden[number - 1], part.weight, part.bias))
            # What the attention block gives, recomputed by transformers' own modules.
            seen = []
            with attention_norm.register_forward_hook(lambda *args, seen=seen: seen.append(args[-1])):
                encoder(input_ids=ids, attention_mask=mask)
            check(number, "attention_output", seen[0])
            inner = gelu(first(seen[0]))
            check(number, "intermediate", inner)
            check(number, "output", output_norm(second(inner) + seen[0]))
            torch.testing.assert_close(output_norm(second(inner) + seen[0]), hidden[number])
    assert not found  # nothing else was read


def test_all_spots_come_in_shape_and_in_the_order_of_the_texts(model):
    found = read_activations(model, TEXTS)
    inner = {(pooling, layer, matrix) for pooling in POOLINGS for layer in (1, 2) for matrix in MATRICES}
    assert set(found) == inner | {(pooling, 0, "output") for pooling in POOLINGS}
    for spot, rows in found.items():
        assert rows.shape == (len(TEXTS), 64 if spot.matrix == "intermediate" else 32)
        assert rows.dtype == np.float32
    for place in (0, 2, 5):
        alone = read_activations(model, [TEXTS[place]])
        for spot, rows in found.items():
            np.testing.assert_allclose(rows[place], alone[spot][0], atol=2e-6)
    # Layer 2's output under "cls" is what the linear layer reads.
    logits = model.pipe.model.predict(TEXTS)
    shim, output = model.shim, model.network.output
    weights, bias = output.weight.detach().numpy(), output.bias.detach().numpy()
    atol = 2e-6 if shim.precision == "fp32" else 2e-2
    np.testing.assert_allclose(found[Spot("cls", 2, "output")] @ weights.T + bias, logits, atol=atol)


@pytest.mark.parametrize("wordpieces", [1, 30, 100_000])
def test_batch_size_and_padding_do_not_matter(model, wordpieces):
    expected = read_activations(model, TEXTS)
    for spot, rows in read_activations(model, TEXTS, batch_wordpieces=wordpieces).items():
        np.testing.assert_allclose(rows, expected[spot], atol=2e-6)


@pytest.mark.parametrize("training", [True, False])
def test_dropout_is_off_and_the_mode_restored(model, training):
    model.network.train(training)
    first, second = read_activations(model, TEXTS), read_activations(model, TEXTS)
    assert all(np.array_equal(first[spot], second[spot]) for spot in first)
    assert {module.training for module in model.network.modules()} == {training}


def test_no_hook_and_no_gradient_stays(model):
    assert not hooks_of(model.network)
    with reading(model) as read:
        assert len(hooks_of(model.network)) == 2 * len(MATRICES) + 1
        read(*model.shim.inputs([[5, 6, 7]]))
    assert not hooks_of(model.network)
    assert all(parameter.grad is None for parameter in model.network.parameters())
    model.network.train()
    with pytest.raises(KeyboardInterrupt), reading(model):
        raise KeyboardInterrupt
    assert not hooks_of(model.network)
    assert model.network.training


def test_an_error_within_the_encoder_leaves_no_hook(model):
    model.network.train()
    with pytest.raises(IndexError), reading(model) as read:
        read(*model.shim.inputs([[5, 10**6]]))
    assert not hooks_of(model.network)
    assert model.network.training


def test_two_readers_of_one_encoder_do_not_mix(model):
    batches = [model.shim.inputs([[5, 6, 7]]), model.shim.inputs([[8, 9], [10]])]
    expected = []
    for batch in batches:
        with reading(model) as read:
            expected.append(read(*batch))
    with reading(model) as first, reading(model) as second:
        for read, batch, alone in zip((first, second), batches, expected, strict=True):
            assert all(np.array_equal(rows, alone[spot]) for spot, rows in read(*batch).items())


def test_an_encoder_built_differently_is_refused(tmp_path, tiny_encoder):
    model = severity_model(encoder_folder(tmp_path, "albert", tiny_encoder))
    with pytest.raises(ModelError, match=r"layers of a albert cannot be analysed; those of BERT, RoBERTa"):
        read_activations(model, TEXTS)
    assert not hooks_of(model.network)


def test_an_encoder_that_skips_a_matrix_is_an_error(model, monkeypatch):
    layer = model.network.encoder.encoder.layer[1].attention.self
    query = layer.query
    monkeypatch.setattr(layer.query, "_call_impl", query.forward)  # called, but past its hooks
    monkeypatch.setattr(type(query), "__call__", lambda self, *args: self._call_impl(*args), raising=False)
    with pytest.raises(ModelError, match="Layer 2: the encoder did not compute its query"):
        read_activations(model, TEXTS)


def test_an_encoder_that_computes_a_text_in_parts_is_an_error(model, monkeypatch):
    monkeypatch.setattr(model.network.encoder.encoder.layer[0], "chunk_size_feed_forward", 2)
    message = "Layer 1: intermediate is not computed for all wordpieces at once"
    with pytest.raises(ModelError, match=message), reading(model) as read:
        read(*model.shim.inputs([[5, 6]]))
    assert not hooks_of(model.network)
