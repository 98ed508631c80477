"""Where XLA cannot compile, the same training runs without it, and says so once."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import backend, keras
from mnist_lab.backend import tf
from mnist_lab.training import engine
from mnist_lab.training.epoch_program import _compiled, epoch_program
from mnist_lab.training.program import Program
from tests.helpers.training import assert_close_weights, network, same_weights

# Most of these compile networks; `make test-fast` leaves the file out.
pytestmark = pytest.mark.slow

IN_A_GRAPH = """Graph execution error:

Detected at node StatefulPartitionedCall_16 defined at (most recent call last):
  File "loop.py", line 212, in _train_epoch

Node: 'StatefulPartitionedCall_16'
{}
\t [[{{{{node StatefulPartitionedCall_16}}}}]] [Op:__inference_train_function_1234]"""

# What public threads show of an Apple GPU, of two kinds of missing NVIDIA libraries, of a
# TensorFlow built without XLA for the GPU, and of an operation that XLA lacks.
FAILURES = {
    "could not find registered platform with id: 0x13f441e40": tf.errors.NotFoundError,
    "libdevice not found at ./libdevice.10.bc": tf.errors.InternalError,
    "No PTX compilation provider is available. Neither ptxas/nvlink nor nvjtlink is available.": (
        tf.errors.UnavailableError
    ),
    "Could not find compiler for platform METAL: NOT_FOUND: check target linkage": (
        tf.errors.UnimplementedError
    ),
    "Function invoked by the following node is not compilable": tf.errors.InvalidArgumentError,
}


@pytest.fixture
def forgetful():
    """Have the process forget what it knows of XLA, and its programs, before and after a test."""

    def forget() -> None:
        for cached in (backend.xla_problem, backend.xla_works, epoch_program, _compiled):
            cached.cache_clear()

    forget()
    yield
    forget()


@pytest.fixture
def break_xla(forgetful, monkeypatch):
    """Return a function that has every program under XLA fail with an error."""
    function = tf.function

    def broken(error):
        def failing(program, jit_compile=None, **settings):
            def fail(*arguments):
                raise error

            return fail if jit_compile else function(program, **settings)

        monkeypatch.setattr(tf, "function", failing)

    return broken


@pytest.mark.parametrize("wrap", ["{}", IN_A_GRAPH], ids=["plain", "in a graph"])
@pytest.mark.parametrize(("message", "kind"), FAILURES.items())
def test_a_failure_of_xla_is_put_in_one_line(message, kind, wrap):
    assert backend.reason(kind(None, None, wrap.format(message))) == message


def test_a_long_failure_of_xla_is_shortened_and_one_without_words_is_named():
    assert len(backend.reason(tf.errors.InternalError(None, None, "word " * 100))) <= 160
    assert backend.reason(tf.errors.InternalError(None, None, "")) == "InternalError"


@pytest.mark.parametrize(("message", "kind"), FAILURES.items())
def test_each_kind_of_failure_is_a_reason_to_go_on_without_xla(message, kind, break_xla, capsys):
    break_xla(kind(None, None, message))
    doubled = Program(lambda value: {"doubled": 2 * value}, xla=True)
    assert float(doubled(tf.constant(4.0))["doubled"]) == 8
    assert backend.xla_problem() == message
    assert capsys.readouterr().out.count("Notice:") == 1


def test_a_machine_where_xla_cannot_compile_trains_without_it_and_says_so_once(
    few, break_xla, capsys
):
    """The machine is simulated: all that is compiled by XLA raises what such machines raise."""
    reference, model = network(), network()
    lab.train(reference, few, epochs=2, verbose=False)
    assert backend.xla_problem() is None
    capsys.readouterr()
    for cached in (backend.xla_problem, backend.xla_works, epoch_program, _compiled):
        cached.cache_clear()
    message, kind = next(iter(FAILURES.items()))
    break_xla(kind(None, None, IN_A_GRAPH.format(message)))
    lab.train(model, few, epochs=2, verbose=False)
    lab.train(network(), few, epochs=1, batch_size=50, verbose=False)
    assert backend.xla_problem() == message
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Notice: XLA cannot compile on this machine")
    assert lines[0].endswith(message)
    assert_close_weights(model, reference)


def test_a_failed_first_call_leaves_no_trace_in_weights_and_optimizer(
    few, forgetful, monkeypatch, capsys
):
    reference, model = network(), network()
    with monkeypatch.context() as patch:
        patch.setattr(engine, "compiles_with_xla", lambda *_, **__: False)
        lab.train(reference, few, epochs=2, verbose=False)
    epoch_program.cache_clear()
    assert backend.xla_works()
    function = tf.function

    def failing_late(program, jit_compile=None, **settings):
        def fail(*arguments):
            function(program, **settings)(*arguments)
            raise tf.errors.InternalError(None, None, "out of order")

        return fail if jit_compile else function(program, **settings)

    monkeypatch.setattr(tf, "function", failing_late)
    lab.train(model, few, epochs=2, verbose=False)
    assert "this training, so it runs without: out of order" in capsys.readouterr().out
    assert same_weights(model, reference)


@keras.saving.register_keras_serializable("tests")
class ThroughText(keras.layers.Layer):
    """Changes nothing, by an operation on strings, which XLA does not have."""

    def call(self, inputs):
        length = tf.strings.length(tf.strings.as_string(inputs[0, 0]))
        return inputs + 0 * tf.cast(length, tf.float32)


@keras.saving.register_keras_serializable("tests")
class NotWhatFits(keras.layers.Layer):
    """Asks for a shape that the number of its inputs does not fill: an error of the network."""

    def call(self, inputs):
        rows = tf.cast(tf.reduce_sum(tf.ones_like(inputs)), tf.int32) + 1
        return tf.reshape(tf.reshape(inputs, [rows, -1]), tf.shape(inputs))


def with_layer(layer):
    keras.utils.set_random_seed(0)
    # Named, as Keras's numbers would make each of these networks one of another kind.
    output = keras.layers.Dense(10, "softmax", name="output")
    layers = [keras.layers.Flatten(name="flat"), *layer, output]
    return keras.Sequential([keras.Input((28, 28), name="image"), *layers], name="named")


def test_a_layer_that_xla_lacks_is_trained_without_xla_and_others_still_with_it(
    few, forgetful, capsys
):
    reference, model = with_layer([]), with_layer([ThroughText(name="text")])
    lab.train(reference, few, epochs=2, verbose=False)
    lab.train(model, few, epochs=2, verbose=False)
    lab.train(with_layer([ThroughText(name="text")]), few, epochs=1, verbose=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert "AsString" in lines[0]
    assert_close_weights(model, reference)
    other = engine.Epochs(reference, few.train, few.validation, 128, epochs=1).program
    assert other.train_epoch.compiled is not None


def test_an_error_of_the_network_itself_is_not_taken_for_one_of_xla(few, forgetful, capsys):
    model, before = with_layer([NotWhatFits()]), with_layer([]).get_weights()
    with pytest.raises(tf.errors.InvalidArgumentError, match="reshape"):
        lab.train(model, few, epochs=1, verbose=False)
    assert capsys.readouterr().out == ""
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))
    assert backend.xla_problem() is None


def test_plain_keras_fit_on_a_gpu_does_without_xla_where_xla_cannot_compile(
    few, break_xla, monkeypatch, capsys
):
    """A GPU is simulated in the list of devices, by which Keras decides."""
    devices = tf.config.list_physical_devices()
    gpu = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
    monkeypatch.setattr(
        tf.config, "list_physical_devices", lambda kind=None: [gpu] if kind else [*devices, gpu]
    )
    model = network()
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert model.jit_compile
    backend.xla_works.cache_clear()
    backend.xla_problem.cache_clear()
    break_xla(tf.errors.InternalError(None, None, "libdevice not found at ./libdevice.10.bc"))
    model.fit(few.train.images, few.train.labels, verbose=0)
    model.predict(few.validation.images, verbose=0)
    assert not model.jit_compile
    assert capsys.readouterr().out.count("Notice:") == 1
