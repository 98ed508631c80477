"""The package is quick to import, hands out its rooms by name, and starts TensorFlow without its chatter."""

import subprocess
import sys

import pytest

import mnist_lab

# One process, as starting TensorFlow takes seconds: first a quiet start, then lines held back or passed on.
QUIET_START = """
import os, sys
print("before", file=sys.stderr, flush=True)
from mnist_lab import keras
print("after", keras.__version__.split(".")[0], file=sys.stderr, flush=True)

from mnist_lab.backend import _without_chatter
with _without_chatter():
    os.write(2, b"I0000 cudart_stub.cc:31] Could not find cuda drivers on your machine\\n")
    os.write(2, b"I0000 00:00:17.05 25 port.cc:153] oneDNN custom operations are on. You may see other results\\n")
    os.write(2, b"a warning that matters\\n")
    print("a warning from Python", file=sys.stderr, flush=True)
    os.write(2, "not quite UTF-8: \\xff\\n".encode("latin-1"))
os.write(2, b"stderr is back\\n")
try:
    with _without_chatter():
        os.write(2, b"what came before the error\\n")
        raise RuntimeError
except RuntimeError:
    os.write(2, b"stderr is back after an error\\n")

from mnist_lab.backend import tf
class Program:
    def run(self, number):
        return number + 1
for _ in range(8):
    tf.function(Program().run)(tf.constant(1))
tf.get_logger().warning("TensorFlow warns of something else")
"""


def python(code, *options):
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode(errors="replace")


@pytest.fixture(scope="module")
def quiet_start():
    return python(QUIET_START)


def test_importing_the_package_imports_no_large_library():
    out, err = python(
        "import sys, mnist_lab\n"
        "large = {'tensorflow', 'keras', 'matplotlib', 'seaborn', 'sklearn', 'pandas', 'numpy', 'scipy'}\n"
        "print(sorted(large & set(sys.modules)))"
    )
    assert (out.strip(), err) == ("[]", "")


@pytest.mark.parametrize("room", ["data", "checks", "evaluation", "results"])
def test_rooms_that_need_no_tensorflow_do_not_start_it(room):
    out, _ = python(f"import sys, mnist_lab; mnist_lab.{room}; print('tensorflow' in sys.modules)")
    assert out.strip() == "False"


def test_every_name_offered_is_there():
    assert sorted(mnist_lab.__all__) == sorted(set(mnist_lab.__all__))
    assert dir(mnist_lab) == sorted(mnist_lab.__all__)
    for name in mnist_lab.__all__:
        assert getattr(mnist_lab, name) is not None


def test_names_lead_to_the_functions_of_their_rooms():
    assert mnist_lab.load_digits is mnist_lab.data.load_digits
    assert mnist_lab.train is mnist_lab.training.train
    assert mnist_lab.evaluate is mnist_lab.evaluation.evaluate
    assert mnist_lab.record is mnist_lab.records.record
    assert mnist_lab.keras.__name__ == "keras"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'mnist_lab' has no attribute 'trian'"):
        mnist_lab.trian  # noqa: B018
    with pytest.raises(ImportError, match="trian"):
        from mnist_lab import trian  # noqa: F401
    assert not hasattr(mnist_lab, "__wrapped__")


def test_starting_tensorflow_writes_nothing(quiet_start):
    out, err = quiet_start
    assert out == ""
    assert err.splitlines()[:2] == ["before", "after 3"]


def test_lines_that_are_not_chatter_are_passed_on_in_order(quiet_start):
    assert quiet_start[1].splitlines()[2:8] == [
        "a warning that matters",
        "a warning from Python",
        "not quite UTF-8: \N{REPLACEMENT CHARACTER}",
        "stderr is back",
        "what came before the error",
        "stderr is back after an error",
    ]


def test_a_new_program_for_each_kind_of_network_is_no_warning(quiet_start):
    said = quiet_start[1].splitlines()[8:]
    assert len(said) == 1
    assert said[0].endswith("TensorFlow warns of something else")
