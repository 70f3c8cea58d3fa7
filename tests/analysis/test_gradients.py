"""Gradients of tasks by attention head: against torch's own backward pass, and what they must not depend on."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from gradient_models import (
    BOTH,
    CERVICAL,
    LUMBAR,
    TEXTS,
    lumbar_gold,
    models,
    only,
    samples,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from spacy_spine.analysis.gradients.task_gradients import TaskGradients, measure
from spacy_spine.errors import ModelError
from spacy_spine.models.network import EncoderWithHead
from spacy_spine.models.tiny import make_tiny_encoder

WIDTH, HEADS, LAYERS = 32, 4, 2
BERT = ("encoder.layer.{}.attention.self.{}", ("query", "key", "value"), "encoder.layer.{}.attention.output.dense")
NAMES = {
    "bert": BERT,
    "roberta": BERT,
    "electra": BERT,
    "distilbert": (
        "transformer.layer.{}.attention.{}",
        ("q_lin", "k_lin", "v_lin"),
        "transformer.layer.{}.attention.out_lin",
    ),
    "mpnet": ("encoder.layer.{}.attention.attn.{}", ("q", "k", "v"), "encoder.layer.{}.attention.attn.o"),
}


@pytest.fixture
def lumbar(tiny_encoder):
    return models(tiny_encoder, LUMBAR)[0]


def grams(found, gold, texts=TEXTS, region="lumbar"):
    return TaskGradients(found).grams({region: samples(gold, texts, len(found))})


def packed(model, wordpieces):
    """The model with a limit of wordpieces that go through the encoder at once."""
    model.shim.settings = replace(model.shim.settings, batch_wordpieces=wordpieces)
    return model


def with_encoder(model, kind, **settings):
    """The model with a random encoder of another architecture."""
    from transformers import AutoConfig, AutoModel

    sizes = {"bert": "num_hidden_layers num_attention_heads hidden_size intermediate_size".split()}
    sizes["distilbert"] = "n_layers n_heads dim hidden_dim".split()
    values = dict(zip(sizes.get(kind, sizes["bert"]), (LAYERS, HEADS, WIDTH, 64), strict=True)) | settings
    padding = model.shim.special["pad"]
    config = AutoConfig.for_model(kind, vocab_size=300, pad_token_id=padding, max_position_embeddings=600, **values)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        encoder = AutoModel.from_config(config)
        columns = model.pipe.heads.columns
        model.shim._model = EncoderWithHead(encoder, width=WIDTH, columns=columns, pooling="cls", dropout=0.5)
    return model


def backward(model, head, gold, texts=TEXTS):
    """Gradients of one head's loss by the names of the encoder's parameters: all segments in one padded batch."""
    network = model.network.eval()
    rows = [i for i, labels in enumerate(gold) if head.name in labels]
    inputs = model.shim.inputs(model.shim.tokenize(list(texts))[0])
    targets = torch.tensor([head.labels.index(gold[i][head.name]) for i in rows])
    network.zero_grad()
    cross_entropy(network(*inputs)[rows][:, head.columns], targets).backward()
    found = {
        name: one.grad.double().numpy() for name, one in network.encoder.named_parameters() if one.grad is not None
    }
    network.zero_grad()
    return found


def by_head(gradient, kind):
    """The vector of each head, shape (layers, heads, numbers), written from the definition."""
    path, projections, output = NAMES[kind]
    size = WIDTH // HEADS
    layers = []
    for layer in range(LAYERS):
        heads = []
        for own in (slice(head * size, (head + 1) * size) for head in range(HEADS)):
            names = [path.format(layer, name) for name in projections]
            parts = [gradient[f"{name}.{part}"][own].ravel() for name in names for part in ("weight", "bias")]
            heads.append(np.concatenate([*parts, gradient[f"{output.format(layer)}.weight"][:, own].ravel()]))
        layers.append(heads)
    return np.array(layers)


def assert_agree(found, gradients, kind="bert", embedding="embeddings.word_embeddings.weight"):
    vectors = np.stack([by_head(gradient, kind) for gradient in gradients], axis=2)
    expected = vectors @ np.swapaxes(vectors, -1, -2)
    np.testing.assert_allclose(found.heads, expected, atol=1e-5 * np.abs(expected).max())
    tokens = np.stack([gradient[embedding].ravel() for gradient in gradients])
    np.testing.assert_allclose(found.embedding, tokens @ tokens.T, atol=1e-5 * np.abs(tokens @ tokens.T).max())


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("wordpieces", [1, 30, 2048])
def test_gradients_are_those_of_torchs_backward_pass(lumbar, kind, wordpieces):
    model = packed(with_encoder(lumbar, kind), wordpieces)
    gold = lumbar_gold()
    expected = [backward(model, head, gold) for head in model.pipe.heads.heads]
    assert_agree(grams([model], gold), expected, kind)


def test_an_embedding_of_another_width_than_the_layers_is_measured(lumbar):
    model = with_encoder(lumbar, "electra", embedding_size=16)
    gold = lumbar_gold()
    assert_agree(grams([model], gold), [backward(model, head, gold) for head in model.pipe.heads.heads])


def test_models_of_several_tasks_are_compared_on_the_same_segments(tiny_encoder):
    names = ("stenosis", "disc", "nerve")
    several = models(tiny_encoder, *(only(LUMBAR, name) for name in names))
    gradients = TaskGradients(several)
    assert gradients.names == list(names)
    gold = lumbar_gold()
    found = gradients.grams({"lumbar": samples(gold, readers=3)})
    assert_agree(found, [backward(model, model.pipe.heads.heads[0], gold) for model in several])


def test_models_of_different_regions_are_compared_on_their_own_segments(tiny_encoder):
    several = models(tiny_encoder, only(LUMBAR, "stenosis"), only(CERVICAL, "cord"))
    gradients = TaskGradients(several)
    assert gradients.names == ["lumbar.stenosis", "cervical.cord"]
    stenosis = [{"stenosis": "severe"}, {"stenosis": "none_mild"}]
    cord = [{"cord": "normal"}, {"cord": "abnormal"}, {"cord": "normal"}]
    batch = {"lumbar": samples(stenosis, TEXTS[:2], 2), "cervical": samples(cord, TEXTS[2:5], 2)}
    expected = [
        backward(several[0], several[0].pipe.heads.heads[0], stenosis, TEXTS[:2]),
        backward(several[1], several[1].pipe.heads.heads[0], cord, TEXTS[2:5]),
    ]
    assert_agree(gradients.grams(batch), expected)


def test_a_joint_model_has_a_task_for_each_region_of_a_pathology(tiny_encoder):
    gradients = TaskGradients(models(tiny_encoder, BOTH))
    regions = {"lumbar": ("stenosis", "disc", "nerve"), "cervical": ("stenosis", "disc", "cord", "foraminal")}
    assert sorted(gradients.names) == sorted(f"{region}.{name}" for region, names in regions.items() for name in names)
    found = gradients.grams({"cervical": samples([{"stenosis": "severe"}])})
    known = gradients.names.index("cervical.stenosis")
    assert found.embedding[known, known] > 0
    assert np.isnan(found.embedding).sum() == found.embedding.size - 1


@given(st.lists(st.lists(st.sampled_from(" ".join(TEXTS).split()), min_size=1, max_size=30), min_size=2, max_size=6))
@settings(deadline=None, max_examples=10)
def test_padding_changes_nothing(tiny_encoder, words):
    texts = [" ".join(one) for one in words]
    gold = lumbar_gold()[: len(texts)]
    (model,) = models(tiny_encoder, LUMBAR)
    alone, together = (grams([packed(model, limit)], gold, texts) for limit in (1, 10_000))
    np.testing.assert_allclose(alone.heads, together.heads, atol=1e-5 * np.nanmax(np.abs(together.heads)))
    np.testing.assert_allclose(alone.embedding, together.embedding, atol=1e-5 * np.nanmax(np.abs(together.embedding)))


def test_inner_products_are_symmetric_and_positive_semi_definite(lumbar):
    found = grams([lumbar], lumbar_gold())
    for one in (found.heads, found.embedding):
        np.testing.assert_allclose(one, np.swapaxes(one, -1, -2), rtol=1e-9)
        assert np.linalg.eigvalsh(one).min() >= -1e-12 * np.abs(one).max()


def test_segments_without_a_label_of_a_task_do_not_count_for_it(lumbar):
    full = [labels for labels in lumbar_gold() if len(labels) == 3]
    expected = grams([lumbar], full).heads
    gold = [*full, {"disc": "severe"}, {}]
    found = grams([lumbar], gold).heads
    stenosis_and_nerve = np.ix_(range(LAYERS), range(HEADS), [0, 2], [0, 2])
    np.testing.assert_allclose(found[stenosis_and_nerve], expected[stenosis_and_nerve], rtol=1e-4)
    assert np.all(np.abs(found[:, :, 1, 1] / expected[:, :, 1, 1] - 1) > 1e-3)


def test_a_task_without_any_label_is_masked(lumbar):
    gold = [{key: label for key, label in labels.items() if key != "disc"} for labels in lumbar_gold()]
    row = measure(TaskGradients([lumbar]), [{"lumbar": samples(gold)}])
    assert [value is None for value in row["apag"]] == [True, False, True]
    assert grams([lumbar], [{}, {}]).heads.shape == (LAYERS, HEADS, 3, 3)
    assert np.isnan(grams([lumbar], [{}, {}]).heads).all()


def test_a_model_is_aligned_with_itself(tiny_encoder):
    (model,) = models(tiny_encoder, only(LUMBAR, "nerve"))
    gradients = TaskGradients([model, model])
    row = measure(gradients, [{"lumbar": samples(lumbar_gold(), readers=2)}])
    assert row["tasks"] == ["1:nerve", "2:nerve"]
    assert row["apag"] == [1.0]
    assert set(np.ravel(row["cosine"])) == {1.0}


@pytest.mark.parametrize(("foraminal", "cosine"), [("abnormal", -1.0), ("normal", 1.0)])
def test_opposite_labels_of_one_output_pull_against_each_other(tiny_encoder, foraminal, cosine):
    (model,) = models(tiny_encoder, only(CERVICAL, "cord", "foraminal"))
    output = model.network.output
    with torch.no_grad():
        output.weight[2:] = output.weight[:2]
        output.bias[2:] = output.bias[:2]
    row = measure(TaskGradients([model]), [{"cervical": samples([{"cord": "normal", "foraminal": foraminal}])}])
    assert row["apag"] == [float(cosine > 0)]
    assert set(np.ravel(row["cosine"])) == {cosine}
    assert row["embedding"]["cosine"] == [cosine]


@pytest.mark.parametrize("dropout", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_a_measurement_leaves_the_model_as_it_was(lumbar, training, dropout):
    network = lumbar.network.train(training)
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    hooks = [len(module._forward_hooks) for module in network.modules()]
    state = torch.random.get_rng_state()
    TaskGradients([lumbar], dropout=dropout).grams({"lumbar": samples(lumbar_gold())})
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(module.training == training for module in network.modules())
    assert [len(module._forward_hooks) for module in network.modules()] == hooks
    assert all(torch.equal(parameter.grad, torch.ones_like(parameter)) for parameter in network.parameters())
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_dropout_and_half_precision_are_off_unless_asked_for(lumbar):
    batch = {"lumbar": samples(lumbar_gold())}
    first, again = (TaskGradients([lumbar]).grams(batch).heads for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, TaskGradients([lumbar], dropout=True).grams(batch).heads, rtol=1e-2)
    half = TaskGradients([lumbar], autocast=True).grams(batch).heads
    assert not np.array_equal(first, half)
    np.testing.assert_allclose(first, half, atol=0.1 * np.abs(first).max())


def test_what_cannot_be_compared_is_an_error(tiny_encoder, lumbar, tmp_path):
    with pytest.raises(ModelError, match="two heads, or two models"):
        TaskGradients(models(tiny_encoder, only(LUMBAR, "disc")))
    make_tiny_encoder(tmp_path / "wide", TEXTS, vocabulary=300, width=64)
    other = models(str(tmp_path / "wide"), only(LUMBAR, "disc"))
    with pytest.raises(ModelError, match="differ in their shapes"):
        TaskGradients([lumbar, *other])
    with pytest.raises(ModelError, match="layers of AlbertModel"):
        TaskGradients([with_encoder(lumbar, "albert", embedding_size=16)])
    with pytest.raises(ModelError, match="heads of DebertaLayer"):
        TaskGradients([with_encoder(lumbar, "deberta")])
