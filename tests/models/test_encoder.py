"""The encoder block through thinc: results, gradients, saved form, errors."""

import pickle

import numpy
import pytest
import srsly
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from thinc.api import SGD, Adam

from spacy_spine.errors import ConfigError, ModelError
from spacy_spine.models.location_tagger import create_location_tagger, decode_spans, encode_spans
from spacy_spine.models.severity_classifier import create_severity_classifier, too_long

TEXTS = [
    "L4-5: severe canal stenosis.",
    "normal",
    "large disc extrusion with root compressing and mild narrowing of the canal",
    "normal",
    "",
]


@pytest.fixture
def classifier(tiny_encoder):
    torch.manual_seed(0)  # the fresh linear layer
    model = create_severity_classifier(tiny_encoder, precision="fp32")
    model.set_dim("nO", 8)
    model.initialize()
    return model


@pytest.fixture
def tagger(tiny_encoder):
    model = create_location_tagger(tiny_encoder, precision="fp32", max_length=16)
    model.initialize()
    return model


def test_results_do_not_depend_on_batch_order_and_padding(classifier):
    together = classifier.predict(TEXTS)
    assert together.shape == (5, 8)
    alone = numpy.concatenate([classifier.predict([text]) for text in TEXTS])
    numpy.testing.assert_allclose(together, alone, atol=1e-5)
    numpy.testing.assert_allclose(classifier.predict(TEXTS[::-1])[::-1], together, atol=1e-5)


def test_prediction_has_no_dropout_and_leaves_the_mode_alone(classifier):
    network = classifier.shims[0].network
    for mode in (True, False):
        network.train(mode)
        numpy.testing.assert_array_equal(classifier.predict(TEXTS), classifier.predict(TEXTS))
        assert network.training is mode


def test_training_uses_the_dropout_of_the_config(classifier):
    first, _ = classifier.begin_update(TEXTS)
    second, _ = classifier.begin_update(TEXTS)
    assert not numpy.allclose(first, second)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_gradient_equals_torch(tiny_encoder, pooling):
    model = create_severity_classifier(
        tiny_encoder, precision="fp32", dropout=0.0, pooling=pooling, batch_wordpieces=24
    )
    model.set_dim("nO", 8)
    model.initialize()
    shim = model.shims[0]
    shim.network.encoder.train = lambda mode=True: shim.network.encoder  # the encoder's own dropout off
    shim.network.encoder.eval()
    logits, backprop = model.begin_update(TEXTS)
    backprop(2 * logits)
    found = {name: p.grad.clone() for name, p in shim.network.named_parameters() if p.grad is not None}
    shim.network.zero_grad()
    (shim.network(*shim.inputs(shim.tokenize(TEXTS)[0])) ** 2).sum().backward()
    for name, parameter in shim.network.named_parameters():
        if parameter.grad is not None:
            torch.testing.assert_close(found[name], parameter.grad, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("optimizer", [Adam(0.01, L2=0.01, grad_clip=1.0), SGD(0.5)])
def test_training_learns(tiny_encoder, optimizer):
    torch.manual_seed(0)
    model = create_severity_classifier(tiny_encoder, precision="fp32", dropout=0.0)
    model.set_dim("nO", 8)
    model.initialize()
    texts = ["severe stenosis", "normal disc"]
    goal = numpy.zeros((2, 8), dtype="f")
    goal[0, 0] = goal[1, 1] = 3
    for _ in range(240):
        logits, backprop = model.begin_update(texts)
        backprop((logits - goal) / 8)
        model.finish_update(optimizer)
    # A model that cannot tell the texts apart comes to 0.56.
    assert float(((model.predict(texts) - goal) ** 2).mean()) < 0.25


def test_one_step_of_adamw_equals_thinc(tiny_encoder):
    # Same formula, two implementations; clipping differs on purpose (global norm) and is off here.
    def step(*, use_torch):
        model = create_severity_classifier(tiny_encoder, precision="fp32", dropout=0.0, head_rate=1.0)
        model.set_dim("nO", 8)
        torch.manual_seed(1)
        model.initialize()
        shim = model.shims[0]
        shim.network.encoder.eval()
        shim.network.encoder.train = lambda mode=True: shim.network.encoder
        logits, backprop = model.begin_update(TEXTS)
        backprop(logits)
        gradients = {name: p.grad.clone() for name, p in shim.network.named_parameters() if p.grad is not None}
        optimizer = Adam(0.001, L2=0.0, grad_clip=0.0, use_averages=False)
        if use_torch:
            model.finish_update(optimizer)
        else:
            super(type(shim), shim).finish_update(optimizer)
        return dict(shim.network.named_parameters()), gradients

    (ours, gradients), (theirs, _) = step(use_torch=True), step(use_torch=False)
    # Where the gradient is zero but for rounding, the first step of Adam follows the sign of the noise.
    clear = {name: gradient.abs() > 1e-3 for name, gradient in gradients.items()}
    assert sum(int(mask.sum()) for mask in clear.values()) > 1000
    for name, mask in clear.items():
        torch.testing.assert_close(ours[name][mask], theirs[name][mask], atol=2e-5, rtol=0)


@pytest.mark.parametrize("copy", [lambda m: pickle.loads(pickle.dumps(m)), lambda m: m.copy()])
def test_copies_predict_the_same(classifier, copy):
    numpy.testing.assert_array_equal(copy(classifier).predict(TEXTS), classifier.predict(TEXTS))


def test_saved_form_round_trips_without_the_encoder_folder(classifier):
    fresh = create_severity_classifier("/there/is/no/such/folder", precision="fp32")
    fresh.from_bytes(classifier.to_bytes())
    numpy.testing.assert_array_equal(fresh.predict(TEXTS), classifier.predict(TEXTS))
    assert fresh.to_bytes() == classifier.to_bytes()


def test_saved_form_holds_no_path(classifier, tiny_encoder):
    assert tiny_encoder.encode() not in classifier.to_bytes()


def test_settings_of_the_config_win_over_the_saved_model(classifier):
    fresh = create_severity_classifier("unused", precision="bf16").from_bytes(classifier.to_bytes())
    assert fresh.shims[0].precision == "bf16"
    assert numpy.abs(fresh.predict(TEXTS) - classifier.predict(TEXTS)).max() < 0.1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b[: len(b) // 2], "damaged"),
        (lambda b: b"", "damaged"),
        (lambda b: srsly.msgpack_dumps({"format": "other.v9"}), "format 'other.v9'"),
        (lambda b: srsly.msgpack_dumps({**srsly.msgpack_loads(b), "columns": 9}), "do not fit"),
    ],
)
def test_damaged_and_foreign_models_are_refused(classifier, change, message):
    shim = classifier.shims[0]
    with pytest.raises(ModelError, match=message):
        shim.from_bytes(change(shim.to_bytes()))


def test_an_unknown_encoder_is_one_clear_error():
    model = create_severity_classifier("no/such-encoder")
    model.set_dim("nO", 8)
    with pytest.raises(ModelError, match="No encoder could be loaded from 'no/such-encoder'"):
        model.initialize()


def test_a_model_without_weights_says_so():
    model = create_severity_classifier("minilm-l6")
    model.set_dim("nO", 8)
    with pytest.raises(ModelError, match="no weights yet"):
        model.predict(["text"])


@pytest.mark.parametrize("wrong", [{"dropout": 1.0}, {"max_length": 2}, {"head_rate": 0.0}, {"batch_wordpieces": 0}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ConfigError):
        create_severity_classifier("minilm-l6", **wrong)


def test_long_texts_are_cut_by_the_classifier_and_told(classifier):
    long = "disc bulge " * 300
    assert too_long(classifier, [long, "disc bulge"]) == [True, False]
    numpy.testing.assert_allclose(classifier.predict([long]), classifier.predict([long + " severe"]), atol=1e-6)


def test_long_sentences_are_read_in_windows_by_the_tagger(tagger):
    text = "disc bulge at L4-5 and " * 30
    (tagged,) = tagger.predict([text])
    assert tagged.offsets[-1][1] == len(text.rstrip())
    assert tagged.logits.shape == (len(tagged.offsets), 3)
    assert numpy.abs(tagged.logits).sum(axis=1).min() > 0


def test_tagger_learns_a_location(tagger):
    text = "severe stenosis at L4-5 level"
    span = (text.index("L4"), text.index(" level"))
    optimizer = Adam(0.01, use_averages=False)
    for _ in range(60):
        (tagged,), backprop = tagger.begin_update([text])
        goal = numpy.eye(3, dtype="f")[encode_spans(tagged.offsets, [span])]
        backprop([tagged.logits - goal])
        tagger.finish_update(optimizer)
    (tagged,) = tagger.predict([text])
    assert decode_spans(tagged.offsets, tagged.logits.argmax(axis=1).tolist()) == [span]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)), max_size=6))
@settings(deadline=None)
def test_spans_survive_their_encoding(shape):
    # (gap, length, pieces): spans over single-character wordpieces, adjacent ones included.
    offsets, spans, at = [], [], 0
    for gap, length, _ in shape:
        at += gap - 1
        spans.append((at, at + length))
        at += length
    offsets = [(i, i + 1) for i in range(at + 2)]
    assert decode_spans(offsets, encode_spans(offsets, spans)) == spans
