"""Checks whether this machine can run the course, and says how to mend what is wrong."""

import json
import os
import platform
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

from mnist_lab import machine, requirements
from mnist_lab.files import checkout_lock

# Run in a process of its own, since a TensorFlow that does not fit the machine ends its process.
_TRY_TENSORFLOW = """
import json
from mnist_lab.backend import gpus, keras, tf, xla_problem
product = tf.linalg.matmul(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])).numpy().item()
answer = {"tensorflow": tf.__version__, "keras": keras.__version__, "product": product}
print(json.dumps(answer | {"gpus": gpus(), "xla": xla_problem()}))
"""
# What the kernel of a notebook holds at most, in bytes; `python -m benchmarks.memory` measures it.
_QUICK_MEMORY, _DEFAULT_MEMORY = 1_500_000_000, 2_100_000_000
_TIMEOUT = 300  # seconds for TensorFlow to start: a slow disk takes a minute or two
_ILLEGAL_INSTRUCTION_ON_WINDOWS = 0xC000001D


class Finding(NamedTuple):
    """The result of one check: subject, passed or not, and the remedy."""

    subject: str
    passed: bool
    message: str

    def __str__(self) -> str:
        """Return the line that is shown."""
        return f"{'OK   ' if self.passed else 'FAIL '} {self.subject}: {self.message}"


def python() -> Finding:
    """Check that Python is 3.11, 3.12 or 3.13."""
    passed = (3, 11) <= sys.version_info[:2] <= (3, 13)
    advice = "; the course needs 3.11, 3.12 or 3.13: install one and set up again with it"
    return Finding("Python", passed, f"{platform.python_version()}{'' if passed else advice}")


def packages(lock: Path | None) -> Finding:
    """Check that the packages have the lock's versions, or without a lock those that can work."""
    conda = Path(sys.prefix, "conda-meta").is_dir()
    if conda or lock is None:
        chooser = "conda" if conda else "pip"
        unmet = requirements.unmet(requirements.needed())
        names = " ".join(f'"{r.name}{r.specifier}"' for r in unmet)
        fine = f"{chooser} chose the versions; the lock is for a checkout"
        return _packages(unmet, "needed", f"{chooser} install {names}", fine)
    try:
        locked = requirements.read_lock(lock)
    except (OSError, ValueError) as error:
        advice = "fetch it again from the repository"
        return Finding("packages", False, f"{lock.name} cannot be read ({error}); {advice}")
    fine = f"all {len(locked)} as in the lock"
    return _packages(requirements.unmet(locked), "lock", f"pip install -r {lock.name}", fine)


def _packages(unmet: list[Requirement], origin: str, remedy: str, fine: str) -> Finding:
    """Return which packages are missing or of another version, or that all are fine."""
    if not unmet:
        return Finding("packages", True, fine)
    wrong = [
        f"{r.name} {requirements.installed(r.name) or 'missing'}"
        f" ({origin}: {str(r.specifier).removeprefix('==') or 'any version'})"
        for r in unmet
    ]
    others = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
    return Finding("packages", False, f"{', '.join(wrong[:5])}{others}; run: {remedy}")


def processor() -> Finding:
    """Check for the vector instructions that TensorFlow needs on x86, and count the cores."""
    info = Path("/proc/cpuinfo")
    flags = info.read_text(encoding="utf-8").split() if info.is_file() else []
    if platform.machine() in ("x86_64", "AMD64") and flags and "avx" not in flags:
        advice = "use another machine or a cloud notebook"
        return Finding(
            "processor", False, f"has no AVX instructions, which TensorFlow needs: {advice}"
        )
    vector = next((f", {name}" for name in ("avx512f", "avx2", "avx") if name in flags), "")
    usable, there = machine.usable_cores(), machine.host_cores()
    cores = f"{there} core{'' if there == 1 else 's'}"
    if usable < there:
        cores = f"{usable} of the machine's {cores} (the limit of this process or its container)"
    return Finding("processor", True, f"{cores}, {platform.machine()}{vector}")


def tensorflow() -> list[Finding]:
    """Check that TensorFlow starts and calculates, in a process of its own; then XLA and GPUs."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TRY_TENSORFLOW],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT,
            # Another backend is reported by keras_backend.
            env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        )
    except subprocess.TimeoutExpired:
        advice = "close other programs and try again"
        return [Finding("TensorFlow", False, f"has not started after {_TIMEOUT} s; {advice}")]
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        last = f" ({lines[-1][:300]})" if lines else ""
        problem = f"{_why(done.returncode)}{last}; {_reinstall()}"
        return [Finding("TensorFlow", False, f"does not start: {problem}")]
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
        passed = answer["product"] == 11.0
        versions = f"{answer['tensorflow']} with Keras {answer['keras']}"
        gpus, problem = answer["gpus"], answer["xla"]
    except (ValueError, KeyError, TypeError, IndexError):
        problem = f"starts, but does not say its version; {_reinstall()}"
        return [Finding("TensorFlow", False, problem)]
    if not passed:
        problem = f"{versions} multiplies wrongly; {_reinstall()}"
        return [Finding("TensorFlow", False, problem)]
    xla = "compiles the trainings"
    if problem:
        xla = f"cannot compile here ({problem}); trainings run without it, more slowly"
    return [
        Finding("TensorFlow", True, versions),
        Finding("XLA", True, xla),
        Finding("GPU", True, f"{gpus} found" if gpus else "none, and the course needs none"),
    ]


def _why(code: int) -> str:
    """Return in words how a process ended, from its exit code."""
    if code in (-getattr(signal, "SIGILL", 4), _ILLEGAL_INSTRUCTION_ON_WINDOWS):
        return "this build uses instructions that this processor does not have"
    if code == -getattr(signal, "SIGKILL", 9):
        return "the system ended it, most likely for want of memory"
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"the process crashed with {name}"
    return "Python stopped with an error" if code == 1 else f"the process ended with code {code}"


def _reinstall() -> str:
    """Return what installs TensorFlow anew."""
    what = "tensorflow" if checkout_lock() is None else "-r requirements.txt"
    return f"run: pip install --force-reinstall {what}"


def keras_backend() -> Finding:
    """Check that neither the environment nor Keras's settings name another backend."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        return Finding(
            "Keras",
            False,
            f"the variable KERAS_BACKEND is {backend!r}, and the course needs tensorflow; unset it",
        )
    settings = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"
    try:
        configured = json.loads(settings.read_text(encoding="utf-8"))["backend"]
    except (OSError, ValueError, KeyError, TypeError):
        configured = "tensorflow"
    if configured != "tensorflow":
        return Finding(
            "Keras",
            True,
            f"runs on tensorflow in the course, though {settings} names {configured!r}",
        )
    return Finding("Keras", True, "runs on tensorflow")


def memory() -> Finding:
    """Check that as much memory is free as the notebooks take."""
    free, limit = machine.available_memory(), machine.memory_limit()
    of = ""
    if limit < machine.host_memory():
        of = f" of the {limit / 1e9:.1f} GB that this process or its container may use"
    advice = ""
    if free < _QUICK_MEMORY:
        advice = f"; the course needs {_DEFAULT_MEMORY / 1e9:.1f} GB: close other programs"
    elif free < _DEFAULT_MEMORY:
        advice = (
            f"; enough for quick values, but a notebook's defaults take up to"
            f" {_DEFAULT_MEMORY / 1e9:.1f} GB: close other programs"
        )
    return Finding("memory", free >= _QUICK_MEMORY, f"{free / 1e9:.1f} GB free{of}{advice}")


def folders() -> Finding:
    """Check that JupyterLab can write the files it needs to start."""
    from jupyter_core.paths import jupyter_runtime_dir

    folder = Path(jupyter_runtime_dir())
    there = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Finding("folders", True, "JupyterLab can write where it needs to")
    return Finding(
        "folders",
        False,
        f"JupyterLab cannot start, since {folder} cannot be written; set the variable"
        " JUPYTER_RUNTIME_DIR to a folder that can",
    )


def data(source: str) -> Finding:
    """Check which digits a notebook would use with this data_source, without downloading."""
    from mnist_lab.data import download, formats
    from mnist_lab.data.digits import SOURCES, resolve_source

    try:
        source = resolve_source(source)
        if source not in SOURCES:
            is_mnist = formats.read_path(source).is_mnist
            return Finding(
                "data", True, f"{'MNIST' if is_mnist else 'your own digits'} at {source}"
            )
    except ValueError as error:
        return Finding("data", False, str(error))
    cached = None if source == "sample" else download.cached()
    if cached:
        return Finding("data", True, f"MNIST at {cached[1]}")
    if source == "mnist":
        return Finding("data", False, "MNIST is not on this machine; `mnist-lab data` fetches it")
    return Finding(
        "data",
        True,
        "only the sample of 5,000 digits is on this machine; `mnist-lab data` fetches MNIST",
    )


def kernel() -> Finding:
    """Check that the kernel named python3, which all notebooks use, runs this Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    advice = "run: python -m ipykernel install --sys-prefix"
    try:
        with warnings.catch_warnings(action="ignore"):  # about a HOME that cannot be written
            spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("kernel", False, f"there is no kernel named python3; {advice}")
    program = spec.argv[0] if spec.argv else "nothing"
    # "python" means the Python of the server; a full path may belong to another environment. The
    # folders are compared, since virtual environments link to one shared program.
    if (
        program not in ("python", "python3")
        and Path(program).parent.resolve() != Path(sys.executable).parent.resolve()
    ):
        return Finding("kernel", False, f"python3 starts {program}, not this environment; {advice}")
    return Finding("kernel", True, "python3 starts this environment's Python")


def examine(lock: Path | None, source: str = "auto") -> Iterator[Finding]:
    """Run the checks in order, so that each finding can be shown before the next check.

    Args:
        lock: The lock file to compare the installed packages with; None where pip chose them.
        source: What a notebook would be given as data_source.

    Yields:
        The findings, one or more per check.
    """
    yield python()
    yield packages(lock)
    yield processor()
    yield from tensorflow()
    yield keras_backend()
    yield memory()
    yield folders()
    yield data(source)
    yield kernel()


def doctor(source: str = "auto") -> None:
    """Check this machine for the course, and print each finding: OK, or what to do.

    It is `mnist-lab doctor` for a cell of a notebook. A line is such as "OK    Python: 3.12.4".

    Args:
        source: What the notebooks would be given as data_source.
    """
    for finding in examine(checkout_lock(), source):
        print(finding, flush=True)
