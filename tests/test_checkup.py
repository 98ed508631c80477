"""The doctor finds a sound machine sound, and says of another what is wrong and what to do."""

import importlib.metadata
import json
import os
import shutil
import signal
import subprocess
import sys
import venv
from importlib.metadata import version
from types import SimpleNamespace

import numpy as np
import pytest
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from mnist_lab import checkup, files, machine, requirements
from mnist_lab.data import download
from tests.helpers.doctor import answering


@pytest.fixture
def lock(tmp_path):
    """Return a function that writes a lock of these lines."""

    def write(*lines):
        path = tmp_path / "requirements.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def kernel_of(program):
    return lambda manager, name: SimpleNamespace(argv=[program, "-m", "ipykernel_launcher"])


def test_a_finding_is_given_before_the_next_look(monkeypatch):
    def crash(lock):
        raise SystemExit

    monkeypatch.setattr(checkup, "packages", crash)
    findings = checkup.examine(None)
    assert next(findings).subject == "Python"
    with pytest.raises(SystemExit):
        next(findings)


# Python


@pytest.mark.parametrize("wrong", [(2, 7, 18), (3, 10, 14), (3, 14, 0), (4, 0, 0)])
def test_python_too_old_or_too_new_is_told_what_to_install(monkeypatch, wrong):
    monkeypatch.setattr(checkup, "sys", SimpleNamespace(version_info=wrong))
    found = checkup.python()
    assert not found.passed
    assert "the course needs 3.11, 3.12 or 3.13: install one" in found.message


@pytest.mark.parametrize("right", [(3, 11, 0), (3, 12, 4), (3, 13, 9)])
def test_every_python_of_the_course_is_fine(monkeypatch, right):
    monkeypatch.setattr(checkup, "sys", SimpleNamespace(version_info=right))
    found = checkup.python()
    assert found.passed
    assert "needs" not in found.message


# Packages


def test_a_lock_that_agrees_is_counted(lock):
    found = checkup.packages(
        lock(
            "# made by hand",
            f"numpy=={version('numpy')}  # why",
            "",
            f"pytest=={version('pytest')}",
        )
    )
    assert found == ("packages", True, "all 2 as in the lock")


def test_a_wrong_version_is_named_with_what_to_run(lock):
    found = checkup.packages(lock("numpy==0.0.1", f"pytest=={version('pytest')}"))
    assert found == (
        "packages",
        False,
        f"numpy {version('numpy')} (lock: 0.0.1); run: pip install -r requirements.txt",
    )


def test_a_missing_package_is_named_with_what_to_run(lock):
    found = checkup.packages(lock("no-such-package-here==1.2.3"))
    assert not found.passed
    assert (
        found.message
        == "no-such-package-here missing (lock: 1.2.3); run: pip install -r requirements.txt"
    )


def test_five_wrong_packages_are_named_and_the_others_counted(lock):
    five = checkup.packages(lock(*(f"no-such-package-{number}==1" for number in range(5))))
    assert five.message.count("missing") == 5
    assert "more" not in five.message
    seven = checkup.packages(lock(*(f"no-such-package-{number}==1" for number in range(7))))
    assert seven.message.count("missing") == 5
    assert " and 2 more; run: " in seven.message


def test_lines_for_other_machines_are_ignored(lock):
    elsewhere = f"no-such-package-here==1 ; sys_platform != '{sys.platform}'"
    found = checkup.packages(lock(elsewhere, "no-such-package-here==1 ; python_full_version < '3'"))
    assert found == ("packages", True, "all 0 as in the lock")


def test_lines_for_this_machine_are_not_ignored(lock):
    found = checkup.packages(lock(f"no-such-package-here==1 ; sys_platform == '{sys.platform}'"))
    assert not found.passed


def test_outside_a_checkout_pip_chose_the_versions(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "mnist_lab")
    found = checkup.packages(files.checkout_lock())
    assert found.passed
    assert "pip chose the versions" in found.message


def test_a_conda_environment_is_not_compared_with_the_lock_for_pip(tmp_path, monkeypatch, lock):
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    found = checkup.packages(lock("numpy==0.0.1"))
    assert found.passed
    assert "conda chose the versions" in found.message


def test_without_a_lock_packages_missing_or_too_old_are_named_with_what_to_run(monkeypatch):
    """As in Colab: another TensorFlow, and mnist_lab installed with --no-deps."""
    needed = [
        "numpy",
        f"pytest>={version('pytest')}",
        "tensorflow>=999",
        "no-such-package>=2",
        "pip; python_version < '3'",
        "ruff<0; extra == 'dev'",
    ]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: needed)
    monkeypatch.setattr(checkup.sys, "prefix", os.devnull)
    old = requirements.installed("tensorflow")
    assert checkup.packages(None) == (
        "packages",
        False,
        f"tensorflow {old} (needed: >=999), no-such-package missing (needed: >=2);"
        ' run: pip install "tensorflow>=999" "no-such-package>=2"',
    )


def test_a_package_run_from_its_folder_without_installation_needs_nothing(monkeypatch):
    def not_installed(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", not_installed)
    assert checkup.packages(None).passed


def test_tensorflow_cpu_is_tensorflow_in_the_same_version(monkeypatch, lock):
    def only_cpu(name):
        if name == "tensorflow-cpu":
            return "2.21.0"
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", only_cpu)
    assert checkup.packages(lock("tensorflow==2.21.0")).passed
    wrong = checkup.packages(lock("tensorflow==2.20.0"))
    assert "tensorflow 2.21.0 (lock: 2.20.0)" in wrong.message


# Processor and TensorFlow


@pytest.mark.skipif(not os.path.exists("/proc/cpuinfo"), reason="Linux alone lists its flags here")
def test_a_processor_without_avx_is_named_before_tensorflow_starts(tmp_path, monkeypatch):
    info = tmp_path / "cpuinfo"
    info.write_text("flags : fpu sse sse2 avoided", encoding="utf-8")
    monkeypatch.setattr(checkup, "Path", lambda *parts: info)
    monkeypatch.setattr(checkup.platform, "machine", lambda: "x86_64")
    found = checkup.processor()
    assert (found.subject, found.passed) == ("processor", False)
    assert "no AVX instructions, which TensorFlow needs" in found.message
    info.write_text("flags : fpu avx avx2 sse", encoding="utf-8")
    assert checkup.processor().message.endswith("x86_64, avx2")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (signal.SIGILL, "instructions that this processor does not have"),
        (signal.SIGKILL, "for want of memory"),
        (signal.SIGSEGV, "crashed with SIGSEGV"),
        (signal.SIGABRT, "crashed with SIGABRT"),
    ],
)
def test_a_tensorflow_that_dies_by_a_signal_is_a_finding_with_its_last_words(
    monkeypatch, ending, words
):
    program = "import os; os.write(2, b'first\\nF0000 the reason\\n'); os.kill(os.getpid(), %d)"
    monkeypatch.setattr(checkup, "_TRY_TENSORFLOW", program % ending)
    [found] = checkup.tensorflow()
    assert (found.subject, found.passed) == ("TensorFlow", False)
    assert words in found.message
    assert "(F0000 the reason); run: pip install --force-reinstall -r requirements.txt" in (
        found.message
    )


def test_a_processor_that_refuses_an_instruction_is_known_on_windows_too():
    assert "instructions that this processor does not have" in checkup._why(0xC000001D)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("import os; os._exit(3)", "ended with code 3"),
        ("pass", "does not say its version"),
        ("print('no JSON')", "does not say its version"),
        ("print('{}')", "does not say its version"),
    ],
)
def test_a_tensorflow_that_fails_in_another_way_is_a_finding_too(monkeypatch, program, words):
    monkeypatch.setattr(checkup, "_TRY_TENSORFLOW", program)
    [found] = checkup.tensorflow()
    assert not found.passed
    assert words in found.message
    assert "pip install --force-reinstall" in found.message


def test_a_tensorflow_that_calculates_wrongly_is_a_finding(monkeypatch):
    monkeypatch.setattr(checkup, "_TRY_TENSORFLOW", answering(0, None, product=12))
    [found] = checkup.tensorflow()
    assert not found.passed
    assert found.message.startswith("9.9 with Keras 8.8 multiplies wrongly; run: pip install")


def test_a_machine_without_gpu_where_xla_works_is_fine(monkeypatch):
    monkeypatch.setattr(checkup, "_TRY_TENSORFLOW", answering(0, None))
    assert list(map(str, checkup.tensorflow())) == [
        "OK    TensorFlow: 9.9 with Keras 8.8",
        "OK    XLA: compiles the trainings",
        "OK    GPU: none, and the course needs none",
    ]


def test_xla_that_cannot_compile_is_said_with_the_reason_and_fails_nothing(monkeypatch):
    monkeypatch.setattr(checkup, "_TRY_TENSORFLOW", answering(2, "libdevice not found"))
    assert list(map(str, checkup.tensorflow()))[1:] == [
        "OK    XLA: cannot compile here (libdevice not found);"
        " trainings run without it, more slowly",
        "OK    GPU: 2 found",
    ]


def test_a_tensorflow_that_never_starts_is_given_up(monkeypatch):
    monkeypatch.setattr(checkup, "_TRY_TENSORFLOW", "import time; time.sleep(60)")
    monkeypatch.setattr(checkup, "_TIMEOUT", 1)
    [found] = checkup.tensorflow()
    assert not found.passed
    assert "has not started after 1 s" in found.message


# Keras


def test_a_variable_that_names_another_backend_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    found = checkup.keras_backend()
    assert (found.subject, found.passed) == ("Keras", False)
    assert "KERAS_BACKEND is 'torch'" in found.message
    assert "unset it" in found.message


@pytest.mark.parametrize("content", ['{"backend": "tensorflow"}', "{}", "[]", "no JSON", None])
def test_without_another_backend_in_the_settings_keras_is_fine(tmp_path, monkeypatch, content):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if content is not None:
        (tmp_path / "keras.json").write_text(content, encoding="utf-8")
    assert checkup.keras_backend() == ("Keras", True, "runs on tensorflow")


def test_settings_that_name_another_backend_are_overruled_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text('{"backend": "jax"}', encoding="utf-8")
    found = checkup.keras_backend()
    assert found.passed
    assert f"{tmp_path / 'keras.json'} names 'jax'" in found.message


# Memory


@pytest.mark.parametrize(
    ("free", "passed", "words"),
    [
        (0.5, False, "; the course needs 2.1 GB: close other programs"),
        (1.49, False, "; the course needs 2.1 GB: close other programs"),
        (1.5, True, "; enough for quick values, but a notebook's defaults take up to 2.1 GB"),
        (2.09, True, "; enough for quick values"),
        (2.1, True, "2.1 GB free"),
        (16.0, True, "16.0 GB free"),
    ],
)
def test_as_much_memory_must_be_free_as_the_notebooks_take(monkeypatch, free, passed, words):
    monkeypatch.setattr(machine, "available_memory", lambda: int(free * 1e9))
    found = checkup.memory()
    assert found.passed is passed
    assert words in found.message
    assert ("close other programs" in found.message) is (free < 2.1)


def test_the_memory_that_the_doctor_asks_for_is_what_the_notebooks_were_measured_to_take(root):
    rows = json.loads((root / "benchmarks" / "memory.json").read_text("utf-8"))["notebooks"]
    measured = [max(row[name] for row in rows) for name in ("quick", "default")]
    asked = [checkup._QUICK_MEMORY, checkup._DEFAULT_MEMORY]
    assert [round(most / 1e9 + 0.05, 1) for most in measured] == [most / 1e9 for most in asked]


def test_a_container_is_given_its_own_cores_and_memory_not_the_hosts(monkeypatch):
    """A container is simulated: the functions of mnist_lab.machine answer as in one."""
    for name, value in {
        "host_cores": 64,
        "usable_cores": 2,
        "host_memory": 256 * 10**9,
        "memory_limit": 4 * 10**9,
        "available_memory": 27 * 10**8,
    }.items():
        monkeypatch.setattr(machine, name, lambda value=value: value)
    limit = "(the limit of this process or its container)"
    assert checkup.processor().message.startswith(f"2 of the machine's 64 cores {limit}, ")
    assert checkup.memory() == (
        "memory",
        True,
        "2.7 GB free of the 4.0 GB that this process or its container may use",
    )


# Folders


def test_a_runtime_folder_that_can_be_made_is_fine(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "not" / "yet"))
    assert checkup.folders().passed
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_written_is_named_with_the_variable_to_set(tmp_path, monkeypatch):
    """A file in the place of a folder refuses root too, as a read-only folder refuses others."""
    (tmp_path / "home").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "home" / "runtime"))
    found = checkup.folders()
    assert (found.subject, found.passed) == ("folders", False)
    assert f"JupyterLab cannot start, since {tmp_path / 'home' / 'runtime'}" in found.message
    assert "set the variable JUPYTER_RUNTIME_DIR to a folder" in found.message


@pytest.mark.needs_root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv is not on this machine")
def test_a_read_only_home_is_a_finding_where_permissions_count(tmp_path):
    """Root ignores permissions; setpriv takes that away, as for any other user."""
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "XDG"))
    }
    done = subprocess.run(
        [
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            "--inh-caps=-dac_override,-dac_read_search",
            sys.executable,
            "-c",
            "from mnist_lab.checkup import folders, kernel; print(folders()); print(kernel())",
        ],
        capture_output=True,
        encoding="utf-8",
        env=environment | {"HOME": str(home)},
    )
    assert done.stderr == ""
    folders, kernel = done.stdout.splitlines()
    assert folders.startswith(f"FAIL  folders: JupyterLab cannot start, since {home}")
    assert kernel.startswith("OK    kernel: ")


# Data


def test_a_path_that_leads_nowhere_is_named_with_what_to_give(tmp_path):
    found = checkup.data(str(tmp_path / "nowhere"))
    assert (found.subject, found.passed) == ("data", False)
    assert str(tmp_path / "nowhere") in found.message
    assert "no such file or folder" in found.message
    assert "a folder of IDX files" in found.message


def test_the_variable_counts_for_auto_only(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_DATA", str(tmp_path / "nowhere"))
    assert not checkup.data("auto").passed
    assert checkup.data("sample").passed


def test_own_digits_are_told_apart_from_mnist(tmp_path):
    images, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    path = tmp_path / "own.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    assert checkup.data(str(path)) == ("data", True, f"your own digits at {path}")


def test_mnist_in_a_cache_is_named_with_its_place_and_the_sample_says_how_to_fetch_it(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("MNIST_LAB_DATA", raising=False)
    monkeypatch.setattr(download, "cached", lambda: (None, tmp_path / "mnist.npz"))
    assert checkup.data("auto") == ("data", True, f"MNIST at {tmp_path / 'mnist.npz'}")
    monkeypatch.setattr(download, "cached", lambda: None)
    found = checkup.data("auto")
    assert found.passed
    assert "only the sample" in found.message
    assert "`mnist-lab data` fetches MNIST" in found.message


# Kernel


@pytest.mark.parametrize("program", ["python", "python3", sys.executable])
def test_a_kernel_of_this_environment_is_fine(monkeypatch, program):
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", kernel_of(program))
    assert checkup.kernel().passed


def test_a_kernel_of_another_program_is_named_with_what_to_run(tmp_path, monkeypatch):
    foreign = str(tmp_path / "bin" / "python")
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", kernel_of(foreign))
    found = checkup.kernel()
    assert (found.subject, found.passed) == ("kernel", False)
    assert f"python3 starts {foreign}, not this environment" in found.message
    assert "python -m ipykernel install --sys-prefix" in found.message


def test_a_missing_kernel_says_what_to_run(monkeypatch):
    def no_kernel(manager, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", no_kernel)
    found = checkup.kernel()
    assert found == (
        "kernel",
        False,
        "there is no kernel named python3; run: python -m ipykernel install --sys-prefix",
    )


def test_another_environment_on_the_same_python_is_a_foreign_kernel(tmp_path, monkeypatch):
    venv.create(tmp_path / "other", symlinks=os.name == "posix")
    program = tmp_path / "other" / ("bin/python" if os.name == "posix" else "Scripts/python.exe")
    monkeypatch.setattr(
        KernelSpecManager,
        "get_kernel_spec",
        lambda self, name: SimpleNamespace(argv=[str(program)]),
    )
    assert not checkup.kernel().passed


def test_a_kernel_that_starts_nothing_is_said_so(monkeypatch):
    monkeypatch.setattr(
        KernelSpecManager, "get_kernel_spec", lambda self, name: SimpleNamespace(argv=[])
    )
    finding = checkup.kernel()
    assert not finding.passed
    assert "starts nothing" in finding.message


@pytest.mark.parametrize("content", [b"numpy=>2\n", b"-e .\n", b"\xff\xfe\n"])
def test_a_lock_that_cannot_be_read_is_a_finding_not_a_crash(tmp_path, content):
    (tmp_path / "requirements.txt").write_bytes(content)
    finding = checkup.packages(tmp_path / "requirements.txt")
    assert not finding.passed
    assert "requirements.txt cannot be read" in finding.message


def test_asking_for_mnist_where_only_the_sample_is_needs_doing(monkeypatch):
    monkeypatch.setattr(download, "cached", lambda: None)
    finding = checkup.data("mnist")
    assert not finding.passed
    assert "mnist-lab data" in finding.message
