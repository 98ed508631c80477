"""Looks at this machine and says, line by line, what is fine and what to do about what is not."""

import importlib.metadata
import os
import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement


class Finding(NamedTuple):
    """One line of the examination: what was looked at, whether it is fine, and what was seen or what to do."""

    subject: str
    fine: bool
    words: str


def python() -> Finding:
    """Python 3.11 to 3.13."""
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    advice = (
        ""
        if fine
        else "; the course needs 3.11, 3.12 or 3.13: install one and set up again with it"
    )
    return Finding("Python", fine, f"{platform.python_version()}{advice}")


def packages(lock: Path) -> Finding:
    """Every package of the lock that applies here, installed in the locked version."""
    if not lock.is_file():
        return Finding(
            "packages",
            True,
            f"no lock file beside the package ({lock.name}): versions not compared",
        )
    try:
        lines = re.sub(r"#.*", "", lock.read_text(encoding="utf-8")).splitlines()
        requirements = [Requirement(line) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError, InvalidRequirement) as error:
        return Finding(
            "packages",
            False,
            f"{lock.name} cannot be read ({error}); fetch it again from the repository",
        )
    wanted = {
        r.name: str(r.specifier)[2:] for r in requirements if not r.marker or r.marker.evaluate()
    }
    wrong = []
    for name, version in wanted.items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "missing"
        if installed != version:
            wrong.append(f"{name} {installed} (lock: {version})")
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        return Finding(
            "packages",
            False,
            ", ".join(wrong[:5]) + f"{more}; run: pip install -r requirements.txt",
        )
    return Finding("packages", True, f"all {len(wanted)} as in the lock")


def tensorflow() -> Finding:
    """TensorFlow starts and multiplies two matrices rightly."""
    try:
        from mnist_lab.backend import keras, tf

        product = (
            tf.linalg.matmul(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])).numpy().item()
        )
    except Exception as error:  # whatever a broken installation raises, the doctor reports it
        return Finding(
            "TensorFlow",
            False,
            f"does not start ({error}); run: pip install --force-reinstall -r requirements.txt",
        )
    return Finding(
        "TensorFlow", product == 11.0, f"{tf.__version__} with Keras {keras.__version__}"
    )


def processor() -> Finding:
    """Enough cores, and the vector instructions that TensorFlow's builds for x86 need."""
    cores = os.cpu_count() or 1
    info = Path("/proc/cpuinfo")
    flags = info.read_text().split() if info.is_file() else []
    if platform.machine() in ("x86_64", "AMD64") and flags and "avx" not in flags:
        return Finding(
            "processor",
            False,
            "has no AVX instructions, which TensorFlow needs: use another machine or a cloud notebook",
        )
    vector = next((name for name in ("avx512f", "avx2", "avx") if name in flags), "")
    return Finding(
        "processor", True, f"{cores} cores, {platform.machine()}{', ' + vector if vector else ''}"
    )


def memory() -> Finding:
    """Two gigabytes: a notebook holds the digits a few times over."""
    import psutil

    free = psutil.virtual_memory().available / 1e9
    advice = "" if free >= 2 else "; the course needs about 2 GB free: close other programs"
    return Finding("memory", free >= 2, f"{free:.1f} GB free{advice}")


def data(source: str) -> Finding:
    """The digits that a notebook with data_source="auto" would use now, without downloading."""
    from mnist_lab.data import download, formats

    named = os.environ.get("MNIST_LAB_DATA") if source == "auto" else source
    if named and named not in ("auto", "mnist", "sample"):
        try:
            known = formats.read_path(named).is_mnist
        except formats.DataError as error:
            return Finding("data", False, str(error))
        return Finding("data", True, f"{'MNIST' if known else 'your own digits'} at {named}")
    found = None if named == "sample" else download.cached()
    if found:
        return Finding("data", True, f"MNIST at {found[1]}")
    if named == "mnist":
        return Finding("data", False, "MNIST is not on this machine; `mnist-lab data` fetches it")
    return Finding(
        "data",
        True,
        "only the sample of 5,000 digits is on this machine; `mnist-lab data` fetches MNIST",
    )


def kernel() -> Finding:
    """The kernel that notebooks name, python3, is there and runs this Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding(
            "kernel", False, "no kernel named python3; run: pip install -r requirements.txt"
        )
    program = spec.argv[0] if spec.argv else "nothing"
    # "python" stands for the Python that starts it; a full path may be another environment's. Folders are compared,
    # since the python in a virtual environment is a link to one that many share.
    if (
        program not in ("python", "python3")
        and Path(program).parent.resolve() != Path(sys.executable).parent.resolve()
    ):
        return Finding(
            "kernel",
            False,
            f"python3 starts {program}, not this environment; run: python -m ipykernel install --sys-prefix",
        )
    return Finding("kernel", True, "python3 starts this environment's Python")


def examine(lock: Path, source: str = "auto") -> list[Finding]:
    """Return all findings; what each looks at is said in its own function."""
    looks: list[Callable[[], Finding]] = [
        python, lambda: packages(lock), tensorflow, processor, memory, lambda: data(source), kernel,
    ]  # fmt: skip
    return [look() for look in looks]
