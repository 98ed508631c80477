"""The pad predicts strokes as its networks do, keeps what is collected, and reports nonsense."""

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _remove_buffers

import mnist_lab as lab
from mnist_lab import handwriting, keras
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.interpretability import penultimate_features
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.handwriting import Pad, Predictor
from tests.helpers.pad import SENT, SEVEN, asked, sent


@pytest.fixture(scope="module")
def predictor(networks, digits):
    return Predictor(networks, digits)


# PadPrediction


def test_every_network_predicts_as_it_does_elsewhere(predictor, networks):
    canvas = handwriting.rasterize(SEVEN.strokes)
    prediction = predictor.predict(canvas)
    np.testing.assert_array_equal(prediction.model_input, handwriting.preprocess(canvas))
    assert list(prediction.results) == list(networks)
    for name, network in networks.items():
        expected = lab.evaluate(network, Dataset(prediction.model_input[None], np.array([7])))
        np.testing.assert_allclose(
            prediction.results[name].probabilities, expected.probabilities, atol=1e-5
        )


def test_hidden_activity_is_that_of_the_last_hidden_layer_where_there_is_one(predictor, networks):
    prediction = predictor.predict(handwriting.rasterize(SEVEN.strokes))
    assert {name: values.shape for name, values in prediction.hidden.items()} == {
        "dense": (20,),
        "cnn": (7 * 7 * 8,),
    }
    expected = penultimate_features(networks["dense"], prediction.model_input[None])[0]
    np.testing.assert_allclose(prediction.hidden["dense"], expected, atol=1e-5)


def test_the_nearest_digits_are_those_of_the_last_network_by_hand(predictor, networks, digits):
    prediction = predictor.predict(handwriting.rasterize(SEVEN.strokes))
    features = penultimate_features(networks["cnn"], digits.train.images)
    distances = np.linalg.norm(
        features - penultimate_features(networks["cnn"], prediction.model_input[None]),
        axis=1,
    )
    expected = np.argsort(distances)[: len(prediction.nearest)]
    assert len(expected) == 5
    np.testing.assert_array_equal(prediction.nearest.images, digits.train.images[expected])
    np.testing.assert_array_equal(prediction.nearest.labels, digits.train.labels[expected])


def test_further_training_is_seen_at_once(digits):
    network = lab.models.single_layer()
    predictor = Predictor({"single": network}, digits)
    canvas = handwriting.rasterize(SEVEN.strokes)
    before = predictor.predict(canvas).results["single"].probabilities
    lab.train(network, digits, epochs=1, verbose=False)
    after = predictor.predict(canvas).results["single"].probabilities
    assert np.abs(after - before).max() > 0.01
    assert predictor.predict(canvas).hidden == {}


@pytest.mark.parametrize("models", [{}, None, [1]])
def test_a_pad_without_networks_is_refused(models, digits):
    with pytest.raises(ValueError, match=r"models=.*expected a name and a network"):
        Predictor(models, digits)


def test_what_is_no_network_with_weights_is_refused_by_its_name(digits):
    unbuilt = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    with pytest.raises(
        ValueError, match=r"models\['mine'\]='mine\.keras' cannot be used: expected a"
    ):
        Pad({"mine": "mine.keras"}, digits)  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=r"models\['new'\] has no weights yet: let it begin with"):
        Pad({"new": unbuilt}, digits)
    with pytest.raises(
        ValueError, match=r"reader='mine\.keras' cannot be used: expected a network"
    ):
        Pad({"mine": lab.models.single_layer()}, digits, reader="mine.keras")  # type: ignore[arg-type]


def test_a_drawing_has_no_label_and_so_no_accuracy(predictor):
    prediction = predictor.predict(handwriting.rasterize(SEVEN.strokes))
    for result in prediction.results.values():
        assert not isinstance(result, Evaluation)
        for name in ("dataset", "correct", "accuracy", "interval", "loss", "confusion", "metrics"):
            assert not hasattr(result, name)


def test_sigmoids_that_happen_to_sum_to_1_become_shares_of_their_odds(digits):
    shares = np.array([0.55] + [0.05] * 9)
    odds = shares / (1 - shares)
    layers = [lab.keras.layers.Flatten(), lab.keras.layers.Dense(10, activation="sigmoid")]
    network = lab.keras.Sequential([lab.keras.Input((28, 28)), *layers])
    layers[1].set_weights([np.zeros((784, 10)), np.log(odds)])
    canvas = handwriting.rasterize(SEVEN.strokes)
    result = Predictor({"sigmoids": network}, digits).predict(canvas).results["sigmoids"]
    np.testing.assert_allclose(result.probabilities[0], odds / odds.sum(), atol=1e-5)


# The pad


def test_drawing_from_python_gives_the_prediction_and_the_browsers_answer(pad):
    prediction = pad.draw(SEVEN.strokes)
    assert pad.strokes == SENT
    answer = pad.answer
    assert (
        answer["model_input"] == np.rint(prediction.model_input * 255).astype(int).ravel().tolist()
    )
    assert [model["name"] for model in answer["models"]] == ["single", "dense", "cnn"]
    for model in answer["models"]:
        shares = prediction.results[model["name"]].probabilities[0]
        assert model["prediction"] == shares.argmax()
        np.testing.assert_allclose(model["probabilities"], shares, atol=1e-4)
    assert [len(model["hidden"]) for model in answer["models"]] == [0, 20, 392]
    assert all(0 <= value <= 255 for model in answer["models"] for value in model["hidden"])
    assert [digit["label"] for digit in answer["nearest"]] == prediction.nearest.labels.tolist()


def test_strokes_from_a_browser_are_answered_like_those_from_python(pad):
    expected = pad.draw(SEVEN.strokes)
    answer = {key: value for key, value in pad.answer.items() if key != "number"}
    pad.draw([])
    sent(pad, strokes=SENT)
    np.testing.assert_array_equal(pad.prediction.model_input, expected.model_input)
    assert {key: value for key, value in pad.answer.items() if key != "number"} == answer


def test_every_change_has_an_answer_of_its_own(pad):
    numbers = []
    for strokes in (SENT, [], SENT, SENT[:1] * 2):
        sent(pad, strokes=strokes)
        numbers.append(pad.answer["number"])
    assert len(set(numbers)) == 4


def test_an_empty_pad_has_no_prediction(pad):
    assert pad.draw(SEVEN.strokes) is not None
    assert pad.draw([]) is None
    assert set(pad.answer) == {"number"}
    assert pad.draw([[[-100, -100]]]) is None


def test_nonsense_from_python_is_refused_and_changes_nothing(pad):
    pad.draw(SEVEN.strokes)
    with pytest.raises(ValueError, match="stroke=.*cannot be used"):
        pad.draw([[[1, float("nan")]]])
    assert pad.strokes == SENT


def test_nonsense_from_a_browser_is_shown_on_the_pad_until_the_next_stroke(pad):
    sent(pad, strokes=[{"width": 5, "points": "all over"}])
    assert "cannot be used: expected a list of points" in pad.status
    assert pad.prediction is None
    sent(pad, strokes=SENT)
    assert pad.status == ""
    assert pad.prediction is not None


@given(
    st.none()
    | st.text(max_size=5)
    | st.lists(st.integers(), max_size=3)
    | st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    st.lists(st.binary(max_size=20), max_size=2),
)
@settings(max_examples=40, deadline=None)
def test_messages_of_other_kinds_with_whatever_bytes_do_nothing(shared_pad, content, buffers):
    asked(shared_pad, content, buffers)
    assert shared_pad.status == ""
    assert shared_pad.strokes == []


def test_a_browser_that_says_hello_is_spoken_to(pad, monkeypatch):
    # The routes of ipykernel 7.4 are tried in tests/course/test_pad_in_jupyterlab.py.
    said = []
    monkeypatch.setattr(pad, "send", lambda content, buffers=None: said.append(content))
    asked(pad, {"kind": "hello", "again": False})
    assert said == [{"kind": "hello", "again": False}]


def test_nothing_that_crosses_is_binary(pad):
    # A browser's bytes arrive as a memoryview, which traitlets.Bytes drops without an error.
    pad.draw(SEVEN.strokes)
    _, paths, buffers = _remove_buffers(pad.get_state())
    assert (paths, buffers) == ([], [])


def test_its_text_is_the_same_each_time_and_says_what_to_do_where_widgets_do_not_show(
    networks, digits, tmp_path
):
    texts = set()
    for number in range(2):
        made = Pad(networks, digits, tmp_path / str(number))
        made.draw(SEVEN.strokes)
        data, _ = made._repr_mimebundle_()
        texts |= {repr(made), data["text/plain"]}
        made.close()
    [text] = texts
    first, advice = text.splitlines()
    assert first == "Drawing pad: single, dense, cnn."
    assert "run this cell" in advice
    assert "JupyterLab" in advice


def test_what_its_text_advises_works_without_a_browser(pad):
    """Simulates a place without widgets, where the text is all there is of the pad."""
    [advised] = re.findall(r"lab\.plots\.pad_figure\(.*\)(?=\.$)", repr(pad))
    figure = eval(advised, {"lab": lab, "pad": pad})
    assert figure.axes
    assert pad.prediction is not None


def test_the_package_and_its_figures_start_without_the_pad():
    code = (
        "import sys, mnist_lab; mnist_lab.plots, mnist_lab.handwriting;"
        "print('anywidget' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
