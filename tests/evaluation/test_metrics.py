"""What evaluation says about a model's answers agrees with counting by hand, closed formulas and Keras."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab.data.digits import Dataset
from mnist_lab.evaluation.metrics import (
    Evaluation,
    confused_pairs,
    evaluate,
    misclassified,
    per_digit,
    wilson_interval,
)


def split_of(labels):
    return Dataset(np.zeros((len(labels), 28, 28), np.float32), np.asarray(labels, np.int64))


def answers(labels, predictions, sure=0.91):
    """Return an Evaluation that gives each prediction the probability `sure`, a number or one for each digit."""
    sure = np.broadcast_to(np.asarray(sure, float), len(labels))
    probabilities = np.tile(((1 - sure) / 9)[:, None], (1, 10))
    probabilities[np.arange(len(labels)), predictions] = sure
    return Evaluation(split_of(labels), probabilities)


def model_of(outputs):
    """Return a stand-in for a model that gives these outputs, batch after batch."""
    outputs = np.asarray(outputs)
    rows = iter(range(0, len(outputs)))
    return lambda images, training: outputs[[next(rows) for _ in images]]


@pytest.fixture(scope="module")
def drawn():
    """300 labels and predictions, three quarters of them right, and none of the digit 9."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 9, 300)
    predictions = np.where(random.random(300) < 0.75, labels, random.integers(0, 10, 300))
    return answers(labels, predictions), labels.tolist(), predictions.tolist()


def wilson_by_hand(correct, total):
    z = 1.959963984540054
    share = correct / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return centre - half, centre + half


# Newcombe 1998 (Statistics in Medicine 17, table I), method 3.
@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_agrees_with_published_ones(correct, total, low, high):
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 100_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
)
def test_wilson_interval_is_the_closed_formula_within_0_and_1_around_the_share(counts):
    correct, total = counts
    low, high = wilson_interval(correct, total)
    assert (low, high) == pytest.approx(wilson_by_hand(correct, total), abs=1e-9)
    assert 0 <= low <= correct / total <= high <= 1
    assert low < high


@pytest.mark.parametrize("total", [1, 10, 10_000])
def test_wilson_interval_has_a_width_at_none_and_at_all_correct(total):
    z2 = 1.959963984540054**2
    assert wilson_interval(0, total) == pytest.approx((0, z2 / (total + z2)), abs=1e-12)
    assert wilson_interval(total, total) == pytest.approx((total / (total + z2), 1), abs=1e-12)


@pytest.mark.parametrize(
    ("correct", "total", "named"),
    [(5, 4, "correct=5"), (-1, 4, "correct=-1"), (0, 0, "total=0"), (0.5, 4, "correct=0.5")],
)
def test_wilson_interval_refuses_impossible_counts(correct, total, named):
    with pytest.raises(ValueError, match=named):
        wilson_interval(correct, total)


def test_confusion_matrix_is_a_count_by_hand(drawn):
    result, labels, predictions = drawn
    counts = [[0] * 10 for _ in range(10)]
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label][prediction] += 1
    assert result.confusion.tolist() == counts


def test_accuracy_and_interval_come_from_the_counts(drawn):
    result, labels, predictions = drawn
    right = sum(label == prediction for label, prediction in zip(labels, predictions, strict=True))
    assert result.predictions.tolist() == predictions
    assert result.accuracy == pytest.approx(right / 300)
    assert result.interval == pytest.approx(wilson_by_hand(right, 300), abs=1e-9)


def test_loss_is_minus_the_mean_logarithm_of_the_labels_probability():
    result = answers([3, 4], [3, 5], sure=0.91)
    assert result.loss == pytest.approx(-(math.log(0.91) + math.log(0.01)) / 2)


def test_confidence_is_the_probability_of_the_prediction():
    np.testing.assert_allclose(
        answers([1, 2, 3], [1, 0, 3], sure=[0.5, 0.7, 0.9]).confidence, [0.5, 0.7, 0.9]
    )


def test_metrics_are_those_a_record_needs(drawn):
    result = drawn[0]
    assert result.metrics == {
        "test_accuracy": result.accuracy,
        "test_accuracy_interval": list(result.interval),
        "test_loss": result.loss,
        "test_misclassified": [number for number, right in enumerate(result.correct) if not right],
    }
    assert {type(value) for value in [result.accuracy, result.loss, *result.interval]} == {float}


def test_text_of_a_result_tells_accuracy_interval_and_loss():
    text = str(answers([1] * 1000, [1] * 970 + [7] * 30))
    low, high = wilson_by_hand(970, 1000)
    assert text.startswith(
        f"97.00% of 1,000 digits correct (95 % interval {low:.2%} to {high:.2%}), loss "
    )


def test_precision_recall_and_f1_are_those_by_hand(drawn):
    result, labels, predictions = drawn
    table = per_digit(result)
    assert table.index.tolist() == list(range(10))
    pairs = list(zip(labels, predictions, strict=True))
    for digit in range(10):
        hits = sum(pair == (digit, digit) for pair in pairs)
        said, there = predictions.count(digit), labels.count(digit)
        precision, recall = hits / said if said else 0, hits / there if there else 0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
        assert table.loc[digit, ["precision", "recall", "F1"]].tolist() == pytest.approx(
            [precision, recall, f1]
        )
        assert table.loc[digit, "digits"] == there
    assert table.loc[9, "digits"] == 0  # the table keeps a digit that never occurs


def test_intervals_of_each_digit_are_wilsons_and_hold_the_share(drawn):
    result, labels, predictions = drawn
    table = per_digit(result)
    pairs = list(zip(labels, predictions, strict=True))
    for digit in range(9):
        hits = sum(pair == (digit, digit) for pair in pairs)
        limits = table.loc[digit, ["recall low", "recall high"]]
        assert limits.tolist() == pytest.approx(wilson_by_hand(hits, labels.count(digit)))
        for name in ("precision", "recall", "F1"):
            assert (
                table.loc[digit, f"{name} low"]
                < table.loc[digit, name]
                < table.loc[digit, f"{name} high"]
            )
    assert table.loc[9, ["recall low", "recall high"]].isna().all()


def test_the_interval_of_f1_holds_the_truth_19_times_in_20():
    random = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        labels = random.integers(0, 2, 400)
        predictions = np.where(
            random.random(400) < 0.9, labels, 1 - labels
        )  # F1 of either digit: 0.9
        low, high = per_digit(answers(labels, predictions)).loc[1, ["F1 low", "F1 high"]]
        held += low <= 0.9 <= high
    assert 0.9 < held / 300 < 0.99


def test_confused_pairs_are_the_most_frequent_mistakes_by_hand():
    labels = [4] * 10 + [9] * 20 + [5] * 5
    predictions = [9] * 3 + [4] * 7 + [4] * 5 + [9] * 15 + [3] + [5] * 4
    table = confused_pairs(answers(labels, predictions))
    assert table.columns.tolist() == ["is", "read as", "times", "share"]
    assert table.values.tolist() == [[9, 4, 5, 0.25], [4, 9, 3, 0.3], [5, 3, 1, 0.2]]
    assert confused_pairs(answers(labels, predictions), top=1).values.tolist() == [[9, 4, 5, 0.25]]


def test_tied_pairs_come_in_the_order_of_the_digits():
    table = confused_pairs(answers([8, 2, 2, 5], [3, 7, 1, 6]))
    assert table[["is", "read as"]].values.tolist() == [[2, 1], [2, 7], [5, 6], [8, 3]]


def test_without_mistakes_there_are_no_pairs_and_no_mistakes():
    result = answers([1, 2, 3], [1, 2, 3])
    assert len(confused_pairs(result)) == 0
    assert len(misclassified(result)) == 0
    assert result.accuracy == 1


def test_mistakes_come_surest_first_and_ties_in_order():
    result = answers([0, 1, 2, 3, 4, 5], [0, 7, 7, 7, 7, 7], sure=[0.99, 0.5, 0.9, 0.6, 0.9, 0.3])
    assert misclassified(result).tolist() == [2, 4, 3, 1, 5]


def test_softmax_outputs_are_kept_as_they_are():
    outputs = np.random.default_rng(1).dirichlet(np.ones(10), 50)
    result = evaluate(model_of(outputs), split_of([3] * 50))
    np.testing.assert_allclose(result.probabilities, outputs, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_rows_of_probabilities_sum_to_one(seed, independent):
    random = np.random.default_rng(seed)
    outputs = random.random((20, 10)) if independent else random.dirichlet(np.full(10, 0.05), 20)
    result = evaluate(model_of(outputs.astype(np.float32)), split_of([0] * 20))
    np.testing.assert_allclose(result.probabilities.sum(axis=1), 1, atol=1e-12)
    assert result.probabilities.min() > 0
    assert (result.confidence >= 0.1).all()
    assert math.isfinite(result.loss)


def test_sigmoids_become_the_softmax_of_their_sums():
    sums = np.random.default_rng(2).normal(0, 3, (20, 10))
    result = evaluate(model_of(1 / (1 + np.exp(-sums))), split_of([0] * 20))
    by_hand = np.exp(sums) / np.exp(sums).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(result.probabilities, by_hand, atol=1e-6)


def test_digits_are_asked_in_batches_that_cover_all_of_them():
    asked = []
    outputs = np.eye(10)[np.arange(25) % 10]
    stand_in = model_of(outputs)

    def model(images, training):
        assert training is False
        asked.append(len(images))
        return stand_in(images, training)

    result = evaluate(model, split_of(np.arange(25) % 10), batch_size=10)
    assert asked == [10, 10, 5]
    assert result.accuracy == 1


@pytest.mark.parametrize("build", [lab.models.single_layer, lab.models.one_hidden_layer])
def test_loss_and_accuracy_are_those_of_keras(build):
    random = np.random.default_rng(3)
    dataset = Dataset(random.random((200, 28, 28), dtype=np.float32), random.integers(0, 10, 200))
    model = build(seed=1)
    result = evaluate(model, dataset)
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.evaluate(dataset.images, dataset.labels, verbose=0)
    assert result.loss == pytest.approx(loss, rel=1e-5)
    assert result.accuracy == pytest.approx(accuracy, abs=1e-6)


def test_evaluating_leaves_the_model_as_it_was():
    model = lab.models.one_hidden_layer(10, dropout=0.5)
    before = [variable.numpy() for variable in model.variables]
    evaluate(model, split_of([1, 2, 3]))
    assert not model.compiled
    for old, variable in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (np.full((4, 9), 0.1), r"shape \(4, 9\); expected \(4, 10\)"),
        (np.full((4, 10, 1), 0.1), r"shape \(4, 10, 1\); expected \(4, 10\)"),
        (np.full((4, 10), np.nan), "NaN or infinity.*smaller learning_rate"),
        (np.full((4, 10), np.inf), "NaN or infinity.*smaller learning_rate"),
        (np.linspace(-3, 0.9, 40).reshape(4, 10), r"run from -3 to 0\.9; .*softmax or sigmoid"),
        (np.linspace(0, 8, 40).reshape(4, 10), "run from 0 to 8; .*softmax or sigmoid"),
    ],
)
def test_outputs_that_are_no_probabilities_are_refused_with_what_to_do(outputs, words):
    with pytest.raises(ValueError, match=words):
        evaluate(model_of(outputs), split_of([0, 1, 2, 3]))
