"""TensorFlow starts without its chatter, all other lines arrive, and Keras runs on TensorFlow."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_lab import backend, machine
from mnist_lab.backend import tf

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
    os.write(2, b"E0000 25 cuda_dnn.cc:8579] Unable to register cuDNN factory: twice\\n")
    os.write(2, b"W0000 25 computation_placer.cc:177] computation placer already registered\\n")
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
def jax_named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variable that leads to a settings file of Keras which names JAX."""
    folder = tmp_path_factory.mktemp("keras")
    (folder / "keras.json").write_text('{"backend": "jax"}', encoding="utf-8")
    return {"KERAS_HOME": str(folder)}


@pytest.fixture(scope="module")
def quiet_start(jax_named: dict[str, str]) -> list[str]:
    """Return the lines of stderr of a process that starts TensorFlow."""
    done = run(QUIET_START, **jax_named)
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


def test_a_settings_file_that_names_another_backend_is_overruled(quiet_start: list[str]):
    assert quiet_start[1].split()[-1] == "tensorflow"


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


# Memory growth, threads where a container allows one core, and a repeatable training.
TRAINING = """
import json, os, sys
from pathlib import Path
from mnist_lab import machine
if "one_core" in sys.argv:
    machine.usable_cores = lambda: 1
import mnist_lab as lab
from mnist_lab.backend import tf
digits = lab.load_digits("sample", train_size=300)
model = lab.models.mlp([20])
lab.train(model, digits, epochs=2, distortion=1, verbose=False)
names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
print(json.dumps({
    "variables": {name: text for name, text in os.environ.items() if name.startswith("TF_")},
    "threads": sum("tf_" in name for name in names),
    "weights": [weights.tobytes().hex() for weights in model.get_weights()],
}))
"""
CHOSEN = ("TF_FORCE_GPU_ALLOW_GROWTH", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def train_in_a_process(*arguments: str, **variables: str) -> dict:
    unset = (*CHOSEN, "KERAS_BACKEND")
    plain = {name: text for name, text in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-c", TRAINING, *arguments],
        capture_output=True,
        timeout=300,
        env=plain | variables,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def in_a_container(jax_named: dict[str, str]) -> dict:
    """Train where one core of several may be used, which is simulated; keras.json names JAX."""
    return train_in_a_process("one_core", **jax_named)


WANTED = {"TF_FORCE_GPU_ALLOW_GROWTH": "false", "TF_NUM_INTRAOP_THREADS": "8"}
WANTED |= {"TF_NUM_INTEROP_THREADS": "7", "TF_DETERMINISTIC_OPS": "1"}


@pytest.fixture(scope="module")
def as_wanted() -> dict:
    """Train where everything was chosen before Python started."""
    return train_in_a_process("one_core", **WANTED)


@pytest.mark.slow
def test_a_gpus_memory_is_taken_as_needed_and_as_many_threads_start_as_cores_may_be_used(
    in_a_container: dict,
):
    """No GPU was at hand: only the variable is looked at that TensorFlow reads."""
    assert [in_a_container["variables"][name] for name in CHOSEN] == ["true", "1", "1"]


@pytest.mark.slow
def test_the_course_trains_whatever_backend_keras_json_names(in_a_container: dict):
    assert len(in_a_container["weights"]) == 4
    assert all(in_a_container["weights"])


@pytest.mark.slow
def test_what_was_chosen_before_python_started_stays(as_wanted: dict):
    assert {name: as_wanted["variables"][name] for name in WANTED} == WANTED


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_tensorflow_starts_fewer_threads_where_it_may_use_one_core(
    in_a_container: dict, as_wanted: dict
):
    assert in_a_container["threads"] < as_wanted["threads"]


@pytest.mark.slow
def test_training_works_and_repeats_where_deterministic_operations_are_asked_for(as_wanted: dict):
    """Tried on a processor only: no GPU was at hand."""
    assert train_in_a_process("one_core", **WANTED)["weights"] == as_wanted["weights"]


def test_tensorflow_gives_back_the_memory_of_a_large_tensor():
    """As large as the digits are; oneDNN's own allocator would keep it for the next."""
    before = machine.resident_memory()
    result = tf.ones([60_000, 784]) + 1.0
    held = machine.resident_memory() - before
    del result
    assert held > 150_000_000
    assert machine.resident_memory() - before < held - 150_000_000


def test_xla_is_tried_once_per_process(monkeypatch: pytest.MonkeyPatch):
    assert backend.xla_problem() is None
    monkeypatch.setattr(backend.tf, "function", None)
    assert backend.xla_problem() is None


def test_gpus_are_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backend.tf.config, "list_physical_devices", lambda kind: [kind] * 2)
    assert backend.gpus() == 2
