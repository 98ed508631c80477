"""A training that will not fit says so before it starts, and others say nothing."""

import pytest

import mnist_lab as lab
from mnist_lab import keras, machine
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.training.memory import check_memory, training_memory
from tests.helpers.training import network

GB = 10**9


@pytest.fixture
def allow(monkeypatch):
    """Return a function that simulates a process with so much memory, all or some of it free."""

    def simulate(limit: float, free: float) -> None:
        monkeypatch.setattr(machine, "memory_limit", lambda: int(limit))
        monkeypatch.setattr(machine, "available_memory", lambda: int(free))

    return simulate


@pytest.fixture(scope="module")
def sixty_thousand(digits) -> Digits:
    indices = [index % 1000 for index in range(60_000)]
    return Digits(digits.train.subset(indices), digits.validation, digits.test, "sample")


def test_the_networks_of_the_course_fit_into_a_pod_of_one_gigabyte(sixty_thousand, allow, capsys):
    allow(GB, 0.5 * GB)  # TensorFlow and the digits have taken the other half
    for model in (lab.models.mlp((200, 200)), lab.models.cnn([16, 32])):
        check_memory(model, sixty_thousand, 128, distorted=True)
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_a_training_larger_than_what_is_free_is_announced_and_runs(few, allow, capsys):
    allow(GB, 10**6)
    lab.train(network(), few, epochs=1, batch_size=100, verbose=False)
    out = capsys.readouterr().out
    assert out.startswith("Notice: this training needs about 0.0 GB of memory, and 0.0 GB are free")
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize(
    ("units", "batch_size", "lower"),
    [(20_000, 10, "the number of units or filters"), (10, 10_000, "batch_size")],
)
def test_a_training_that_cannot_fit_is_refused_with_what_to_lower(
    units, batch_size, lower, sixty_thousand, allow
):
    allow(0.3 * GB, 0.2 * GB)
    model = lab.models.one_hidden_layer(units)
    with pytest.raises(ValueError, match=rf"needs about .* may use 0\.3 GB: lower {lower}"):
        lab.train(model, sixty_thousand, batch_size=batch_size, distortion=1.0)


def test_the_estimate_counts_weights_outputs_and_pixels(few):
    model = lab.models.one_hidden_layer(30)
    empty = Dataset(few.train.images[:7], few.train.labels[:7])
    digits = Digits(few.train, empty, few.test, "sample")
    needed = training_memory(model, digits, 50, distorted=False)
    weights = 784 * 30 + 30 + 30 * 10 + 10
    assert needed["the number of units or filters"] == 40 * weights
    assert needed["batch_size"] >= 4 * 50 * 2 * (30 + 10)
    assert needed["train_size"] == 784 * 307


@keras.saving.register_keras_serializable("tests")
class Subclassed(keras.Model):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.flat, self.out = keras.layers.Flatten(), keras.layers.Dense(10, "softmax")

    def call(self, inputs):
        return self.out(self.flat(inputs))


def test_a_model_whose_layers_do_not_know_their_outputs_is_estimated_by_its_weights(few):
    model = Subclassed()
    model(few.train.images[:1])
    assert training_memory(model, few, 50, False)["the number of units or filters"] == 40 * 7850
