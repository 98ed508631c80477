"""TensorFlow starts without its chatter, all other lines arrive, and Keras runs on TensorFlow."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# One process, as TensorFlow takes seconds: a quiet start, then lines held back or passed on.
QUIET_START = """
import os, sys
print("before", file=sys.stderr, flush=True)
from mnist_lab import keras
print("after", keras.__version__.split(".")[0], keras.config.backend(), file=sys.stderr, flush=True)

from mnist_lab.backend import _without_chatter
with _without_chatter():
    os.write(2, b"I0000 cudart_stub.cc:31] Could not find cuda drivers on your machine\\n")
    os.write(2, b"I0000 00:00:17.05 25 port.cc:153] oneDNN custom operations are on\\n")
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

# TensorFlow on a processor without AVX writes such a line, and then ends the process.
DYING_TENSORFLOW = """
import os
os.write(2, b"I0000 cudart_stub.cc:31] Could not find cuda drivers on your machine\\n")
os.write(2, b"F0000 cpu_feature_guard.cc:161] compiled to use AVX instructions\\n")
os.write(2, b"last words without an end of line")
os.abort()
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a Python of its own."""
    plain = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=300, env=plain | environment
    )


@pytest.fixture(scope="module")
def quiet_start() -> list[str]:
    """Return the lines of stderr of a process that starts TensorFlow."""
    done = run(QUIET_START)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b""
    return done.stderr.decode(errors="replace").splitlines()


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """Return a folder of modules for PYTHONPATH, which come before the installed ones."""
    (tmp_path / "keras.py").touch()
    return tmp_path


def test_starting_tensorflow_writes_nothing(quiet_start: list[str]):
    assert quiet_start[:2] == ["before", "after 3 tensorflow"]


def test_lines_that_are_not_chatter_are_passed_on_in_order(quiet_start: list[str]):
    assert quiet_start[2:8] == [
        "a warning that matters",
        "a warning from Python",
        "not quite UTF-8: \N{REPLACEMENT CHARACTER}",
        "stderr is back",
        "what came before the error",
        "stderr is back after an error",
    ]


def test_a_new_program_for_each_kind_of_network_is_no_warning(quiet_start: list[str]):
    assert len(quiet_start[8:]) == 1
    assert quiet_start[8].endswith("TensorFlow warns of something else")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_the_last_words_of_a_process_that_tensorflow_ends_are_not_lost(modules: Path):
    (modules / "tensorflow.py").write_text(DYING_TENSORFLOW, encoding="utf-8")
    done = run("import mnist_lab.backend", PYTHONPATH=str(modules))
    assert done.returncode == -signal.SIGABRT
    assert done.stderr.decode().splitlines() == [
        "F0000 cpu_feature_guard.cc:161] compiled to use AVX instructions",
        "last words without an end of line",
    ]


def test_an_import_that_fails_says_why_and_its_output_comes_first(modules: Path):
    (modules / "tensorflow.py").write_text(
        "import os\nos.write(2, b'a warning before it\\n')\nraise ImportError('half a wheel')\n",
        encoding="utf-8",
    )
    done = run("import mnist_lab.backend", PYTHONPATH=str(modules))
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert lines[0] == "a warning before it"
    assert lines[-1] == "ImportError: half a wheel"


def test_a_settings_file_that_names_another_backend_is_overruled(tmp_path: Path):
    (tmp_path / "keras.json").write_text('{"backend": "jax"}', encoding="utf-8")
    code = "from mnist_lab.backend import keras; print(keras.config.backend())"
    done = run(code, KERAS_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == "tensorflow"


def test_another_backend_is_refused_with_what_to_do(modules: Path):
    (modules / "keras.py").write_text(
        "class config:\n    backend = staticmethod(lambda: 'torch')\n", encoding="utf-8"
    )
    (modules / "tensorflow.py").touch()
    done = run("import mnist_lab.backend", PYTHONPATH=str(modules), KERAS_BACKEND="torch")
    assert done.returncode == 1
    last = done.stderr.decode().splitlines()[-1]
    assert last.startswith("ImportError: Keras runs on torch here, and the course needs tensorflow")
    assert "KERAS_BACKEND" in last
