"""Checks whether this machine can run the course, and says how to mend what is wrong."""

import importlib.metadata
import json
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement

from mnist_lab.files import checkout_lock

# Run in a process of its own, since a TensorFlow that does not fit the machine ends its process.
_TRY_TENSORFLOW = """
import json
from mnist_lab.backend import keras, tf
product = tf.linalg.matmul(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])).numpy().item()
print(json.dumps({"tensorflow": tf.__version__, "keras": keras.__version__, "product": product}))
"""
_TIMEOUT = 300  # seconds for TensorFlow to start: a slow disk takes a minute or two
_ILLEGAL_INSTRUCTION_ON_WINDOWS = 0xC000001D


class Finding(NamedTuple):
    """The result of one check: subject, passed or not, and the remedy."""

    subject: str
    passed: bool
    message: str


def python() -> Finding:
    """Check that Python is 3.11, 3.12 or 3.13."""
    passed = (3, 11) <= sys.version_info[:2] <= (3, 13)
    advice = (
        ""
        if passed
        else "; the course needs 3.11, 3.12 or 3.13: install one and set up again with it"
    )
    return Finding("Python", passed, f"{platform.python_version()}{advice}")


def packages(lock: Path | None) -> Finding:
    """Check that the packages of the lock that apply here have the locked versions."""
    if Path(sys.prefix, "conda-meta").is_dir():
        return Finding("packages", True, "conda chose the versions; the lock is for pip")
    if lock is None:
        return Finding("packages", True, "pip chose the versions; the lock is for a checkout")
    try:
        lines = re.sub(r"#.*", "", lock.read_text(encoding="utf-8")).splitlines()
        requirements = [Requirement(line) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError, InvalidRequirement) as error:
        return Finding(
            "packages",
            False,
            f"{lock.name} cannot be read ({error}); fetch it again from the repository",
        )
    locked = {
        r.name: str(r.specifier)[2:] for r in requirements if not r.marker or r.marker.evaluate()
    }
    wrong = [
        f"{name} {installed or 'missing'} (lock: {version})"
        for name, version in locked.items()
        if (installed := _installed(name)) != version
    ]
    if wrong:
        others = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        return Finding(
            "packages",
            False,
            ", ".join(wrong[:5]) + f"{others}; run: pip install -r {lock.name}",
        )
    return Finding("packages", True, f"all {len(locked)} as in the lock")


def _installed(name: str) -> str | None:
    """Return the installed version of a package; tensorflow-cpu is TensorFlow too."""
    for distribution in (name, f"{name}-cpu") if name == "tensorflow" else (name,):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def processor() -> Finding:
    """Check for the vector instructions that TensorFlow needs on x86, and count the cores."""
    cores = os.cpu_count() or 1
    info = Path("/proc/cpuinfo")
    flags = info.read_text(encoding="utf-8").split() if info.is_file() else []
    if platform.machine() in ("x86_64", "AMD64") and flags and "avx" not in flags:
        return Finding(
            "processor",
            False,
            "has no AVX instructions, which TensorFlow needs: use another machine or a cloud"
            " notebook",
        )
    vector = next((name for name in ("avx512f", "avx2", "avx") if name in flags), "")
    return Finding(
        "processor", True, f"{cores} cores, {platform.machine()}{', ' + vector if vector else ''}"
    )


def tensorflow() -> Finding:
    """Check that TensorFlow starts, in a process of its own, and multiplies two matrices."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TRY_TENSORFLOW],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
            # Another backend is reported by keras_backend.
            env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        )
    except subprocess.TimeoutExpired:
        return Finding(
            "TensorFlow",
            False,
            f"has not started after {_TIMEOUT} s; close other programs and try again",
        )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        last = f" ({lines[-1][:300]})" if lines else ""
        return Finding(
            "TensorFlow", False, f"does not start: {_why(done.returncode)}{last}; {_reinstall()}"
        )
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
        passed = answer["product"] == 11.0
        versions = f"{answer['tensorflow']} with Keras {answer['keras']}"
    except (ValueError, KeyError, TypeError, IndexError):
        return Finding("TensorFlow", False, f"starts, but does not say its version; {_reinstall()}")
    advice = "" if passed else f" multiplies wrongly; {_reinstall()}"
    return Finding("TensorFlow", passed, versions + advice)


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
    """Check that two gigabytes are free, since a notebook holds several copies of the digits."""
    import psutil

    free = psutil.virtual_memory().available / 1e9
    advice = "" if free >= 2 else "; the course needs about 2 GB free: close other programs"
    return Finding("memory", free >= 2, f"{free:.1f} GB free{advice}")


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
        One finding per check.
    """
    checks: list[Callable[[], Finding]] = [
        python,
        lambda: packages(lock),
        processor,
        tensorflow,
        keras_backend,
        memory,
        lambda: data(source),
        kernel,
    ]
    for check in checks:
        yield check()
