"""A stopped cell and a refused value are shown in two lines, and still count as failed."""

import sys
import time

import pytest

from mnist_lab import short_tracebacks

STOPPED = "This cell did not finish: run it again before the cells below it."


@pytest.fixture
def shell(monkeypatch):
    """Return an IPython shell whose tracebacks are shortened, and the tracebacks it shows."""
    interactive = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    shown = []
    interactive._showtraceback = lambda kind, value, lines: shown.append((kind, lines))
    monkeypatch.setattr("IPython.get_ipython", lambda: interactive)
    short_tracebacks.shorten_tracebacks()
    return interactive, shown


def test_a_stopped_cell_names_its_line_and_says_to_run_it_again(shell):
    interactive, shown = shell
    interactive.run_cell("def work():\n    raise KeyboardInterrupt", store_history=True)
    result = interactive.run_cell("a = 1\nwork()\nb = 2", store_history=True)
    assert shown == [(KeyboardInterrupt, ["KeyboardInterrupt: stopped in line 2: work()", STOPPED])]
    assert isinstance(result.error_in_exec, KeyboardInterrupt)


def test_the_whole_traceback_is_still_there_on_request(shell):
    interactive, shown = shell
    interactive.run_cell("raise KeyboardInterrupt")
    interactive.run_line_magic("tb", "")
    assert len(shown) == 2
    assert "Traceback" in "".join(shown[1][1])


def test_an_interrupted_training_keeps_its_own_line(shell):
    interactive, shown = shell
    interactive.run_cell(
        "from mnist_lab.training import TrainingInterrupted\nraise TrainingInterrupted(2)"
    )
    assert [lines for _, lines in shown] == [
        ["Interrupted after 2 epochs: the model keeps the weights it has."]
    ]


def test_a_value_that_the_package_refuses_shows_the_line_and_the_message_alone(shell):
    interactive, shown = shell
    result = interactive.run_cell(
        "from mnist_lab import checks\nchecks.integer('epochs', 0, 1)", store_history=True
    )
    message = "epochs=0 cannot be used: expected a whole number of at least 1."
    assert shown == [
        (ValueError, ["ValueError in line 2: checks.integer('epochs', 0, 1)", message])
    ]
    assert isinstance(result.error_in_exec, ValueError)


FROM_NUMPY = "import mnist_lab\nmnist_lab.data.Dataset.from_bytes([[1], [1, 2]], [])"


@pytest.mark.parametrize("code", ["int('x')", "1 / 0", FROM_NUMPY])
def test_other_errors_keep_their_whole_traceback(shell, code: str):
    interactive, shown = shell
    interactive.run_cell(code)
    assert "Traceback" in "".join(shown[0][1])


def test_somebody_elses_handler_of_exceptions_stays(shell):
    interactive, _ = shell
    interactive.set_custom_exc((ZeroDivisionError,), None)
    short_tracebacks.shorten_tracebacks()
    assert interactive.custom_exceptions == (ZeroDivisionError,)


def test_outside_of_a_notebook_nothing_is_changed(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    short_tracebacks.shorten_tracebacks()
    assert "IPython" not in sys.modules


FIT = """
from mnist_lab import keras, load_digits
digits = load_digits("sample").train
model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
class Begun(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 3:
            print("begun", flush=True)
history = model.fit(digits.images, digits.labels, epochs=10**6, verbose=0, callbacks=[Begun()])
"""


@pytest.mark.slow
def test_stopping_plain_keras_fit_in_a_kernel_shows_two_lines_and_leaves_a_usable_model():
    manager, client = pytest.importorskip("jupyter_client.manager").start_new_kernel()
    try:
        client.execute(FIT)
        outputs = []
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            message = client.get_iopub_msg(timeout=300)
            outputs.append(message)
            if message["content"].get("text", "").startswith("begun") and len(outputs) < 20:
                manager.interrupt_kernel()
            if message["content"].get("execution_state") == "idle":
                break
        (error,) = [one["content"] for one in outputs if one["msg_type"] == "error"]
        assert error["ename"] == "KeyboardInterrupt"
        assert error["traceback"][0].startswith("KeyboardInterrupt: stopped in line 9: history =")
        assert error["traceback"][1:] == [STOPPED]
        reply = client.execute_interactive(
            "model.history.epoch, model.evaluate(digits.images, digits.labels, verbose=0) > 0",
            timeout=300,
        )
        assert reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
