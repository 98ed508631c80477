"""The doctor finds a sound machine sound, and says of another what is wrong and what to do."""

import importlib.metadata
import os
import signal
import sys
import venv
from importlib.metadata import version
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from mnist_lab import doctor, files
from mnist_lab.data import download


@pytest.fixture
def lock(tmp_path):
    """Return a function that writes a lock of these lines."""

    def write(*lines):
        path = tmp_path / "requirements.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def gigabytes(free):
    return lambda: SimpleNamespace(available=free * 1e9)


def kernel_of(program):
    return lambda manager, name: SimpleNamespace(argv=[program, "-m", "ipykernel_launcher"])


def test_this_machine_is_sound(root):
    findings = list(doctor.examine(root / "requirements.txt"))
    assert [finding for finding in findings if not finding.passed] == []
    assert [f.subject for f in findings] == [
        "Python",
        "packages",
        "processor",
        "TensorFlow",
        "Keras",
        "memory",
        "data",
        "kernel",
    ]
    assert all(finding.message for finding in findings)


def test_a_finding_is_given_before_the_next_look(monkeypatch):
    def crash(lock):
        raise SystemExit

    monkeypatch.setattr(doctor, "packages", crash)
    findings = doctor.examine(None)
    assert next(findings).subject == "Python"
    with pytest.raises(SystemExit):
        next(findings)


# Python


@pytest.mark.parametrize("wrong", [(2, 7, 18), (3, 10, 14), (3, 14, 0), (4, 0, 0)])
def test_python_too_old_or_too_new_is_told_what_to_install(monkeypatch, wrong):
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(version_info=wrong))
    found = doctor.python()
    assert not found.passed
    assert "the course needs 3.11, 3.12 or 3.13: install one" in found.message


@pytest.mark.parametrize("right", [(3, 11, 0), (3, 12, 4), (3, 13, 9)])
def test_every_python_of_the_course_is_fine(monkeypatch, right):
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(version_info=right))
    found = doctor.python()
    assert found.passed
    assert "needs" not in found.message


# Packages


def test_a_lock_that_agrees_is_counted(lock):
    found = doctor.packages(
        lock(
            "# made by hand",
            f"numpy=={version('numpy')}  # why",
            "",
            f"pytest=={version('pytest')}",
        )
    )
    assert found == ("packages", True, "all 2 as in the lock")


def test_a_wrong_version_is_named_with_what_to_run(lock):
    found = doctor.packages(lock("numpy==0.0.1", f"pytest=={version('pytest')}"))
    assert found == (
        "packages",
        False,
        f"numpy {version('numpy')} (lock: 0.0.1); run: pip install -r requirements.txt",
    )


def test_a_missing_package_is_named_with_what_to_run(lock):
    found = doctor.packages(lock("no-such-package-here==1.2.3"))
    assert not found.passed
    assert (
        found.message
        == "no-such-package-here missing (lock: 1.2.3); run: pip install -r requirements.txt"
    )


def test_five_wrong_packages_are_named_and_the_others_counted(lock):
    five = doctor.packages(lock(*(f"no-such-package-{number}==1" for number in range(5))))
    assert five.message.count("missing") == 5
    assert "more" not in five.message
    seven = doctor.packages(lock(*(f"no-such-package-{number}==1" for number in range(7))))
    assert seven.message.count("missing") == 5
    assert " and 2 more; run: " in seven.message


def test_lines_for_other_machines_are_ignored(lock):
    elsewhere = f"no-such-package-here==1 ; sys_platform != '{sys.platform}'"
    found = doctor.packages(lock(elsewhere, "no-such-package-here==1 ; python_full_version < '3'"))
    assert found == ("packages", True, "all 0 as in the lock")


def test_lines_for_this_machine_are_not_ignored(lock):
    found = doctor.packages(lock(f"no-such-package-here==1 ; sys_platform == '{sys.platform}'"))
    assert not found.passed


def test_outside_a_checkout_pip_chose_the_versions(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "mnist_lab")
    found = doctor.packages(files.checkout_lock())
    assert found.passed
    assert "pip chose the versions" in found.message


def test_a_conda_environment_is_not_compared_with_the_lock_for_pip(tmp_path, monkeypatch, lock):
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    found = doctor.packages(lock("numpy==0.0.1"))
    assert found.passed
    assert "conda chose the versions" in found.message


def test_tensorflow_cpu_is_tensorflow_in_the_same_version(monkeypatch, lock):
    def only_cpu(name):
        if name == "tensorflow-cpu":
            return "2.21.0"
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", only_cpu)
    assert doctor.packages(lock("tensorflow==2.21.0")).passed
    wrong = doctor.packages(lock("tensorflow==2.20.0"))
    assert "tensorflow 2.21.0 (lock: 2.20.0)" in wrong.message


# Processor and TensorFlow


@pytest.mark.skipif(not os.path.exists("/proc/cpuinfo"), reason="Linux alone lists its flags here")
def test_a_processor_without_avx_is_named_before_tensorflow_starts(tmp_path, monkeypatch):
    info = tmp_path / "cpuinfo"
    info.write_text("flags : fpu sse sse2 avoided", encoding="utf-8")
    monkeypatch.setattr(doctor, "Path", lambda *parts: info)
    monkeypatch.setattr(doctor.platform, "machine", lambda: "x86_64")
    found = doctor.processor()
    assert (found.subject, found.passed) == ("processor", False)
    assert "no AVX instructions, which TensorFlow needs" in found.message
    info.write_text("flags : fpu avx avx2 sse", encoding="utf-8")
    assert doctor.processor().message.endswith("x86_64, avx2")


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
    monkeypatch.setattr(doctor, "_TRY_TENSORFLOW", program % ending)
    found = doctor.tensorflow()
    assert (found.subject, found.passed) == ("TensorFlow", False)
    assert words in found.message
    assert "(F0000 the reason); run: pip install --force-reinstall -r requirements.txt" in (
        found.message
    )


def test_a_processor_that_refuses_an_instruction_is_known_on_windows_too():
    assert "instructions that this processor does not have" in doctor._why(0xC000001D)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("import os; os._exit(3)", "ended with code 3"),
        ("pass", "does not say its version"),
        ("print('no JSON')", "does not say its version"),
        (
            'print(\'{"tensorflow": "9.9", "keras": "8.8", "product": 12.0}\')',
            "9.9 with Keras 8.8 multiplies wrongly",
        ),
    ],
)
def test_a_tensorflow_that_fails_in_another_way_is_a_finding_too(monkeypatch, program, words):
    monkeypatch.setattr(doctor, "_TRY_TENSORFLOW", program)
    found = doctor.tensorflow()
    assert not found.passed
    assert words in found.message
    assert "pip install --force-reinstall" in found.message


def test_a_tensorflow_that_never_starts_is_given_up(monkeypatch):
    monkeypatch.setattr(doctor, "_TRY_TENSORFLOW", "import time; time.sleep(60)")
    monkeypatch.setattr(doctor, "_TIMEOUT", 1)
    found = doctor.tensorflow()
    assert not found.passed
    assert "has not started after 1 s" in found.message


# Keras


def test_a_variable_that_names_another_backend_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    found = doctor.keras_backend()
    assert (found.subject, found.passed) == ("Keras", False)
    assert "KERAS_BACKEND is 'torch'" in found.message
    assert "unset it" in found.message


@pytest.mark.parametrize("content", ['{"backend": "tensorflow"}', "{}", "[]", "no JSON", None])
def test_without_another_backend_in_the_settings_keras_is_fine(tmp_path, monkeypatch, content):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if content is not None:
        (tmp_path / "keras.json").write_text(content, encoding="utf-8")
    assert doctor.keras_backend() == ("Keras", True, "runs on tensorflow")


def test_settings_that_name_another_backend_are_overruled_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text('{"backend": "jax"}', encoding="utf-8")
    found = doctor.keras_backend()
    assert found.passed
    assert f"{tmp_path / 'keras.json'} names 'jax'" in found.message


# Memory


@pytest.mark.parametrize(("free", "fine"), [(0.5, False), (1.99, False), (2.0, True), (16.0, True)])
def test_two_gigabytes_must_be_free(monkeypatch, free, fine):
    monkeypatch.setattr(psutil, "virtual_memory", gigabytes(free))
    found = doctor.memory()
    assert found.passed is fine
    assert ("close other programs" in found.message) is not fine


# Data


def test_a_path_that_leads_nowhere_is_named_with_what_to_give(tmp_path):
    found = doctor.data(str(tmp_path / "nowhere"))
    assert (found.subject, found.passed) == ("data", False)
    assert str(tmp_path / "nowhere") in found.message
    assert "no such file or folder" in found.message
    assert "four IDX files or a .npz file" in found.message


def test_the_variable_counts_for_auto_only(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_DATA", str(tmp_path / "nowhere"))
    assert not doctor.data("auto").passed
    assert doctor.data("sample").passed


def test_own_digits_are_told_apart_from_mnist(tmp_path):
    images, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    path = tmp_path / "own.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    assert doctor.data(str(path)) == ("data", True, f"your own digits at {path}")


def test_mnist_in_a_cache_is_named_with_its_place_and_the_sample_says_how_to_fetch_it(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("MNIST_LAB_DATA", raising=False)
    monkeypatch.setattr(download, "cached", lambda: (None, tmp_path / "mnist.npz"))
    assert doctor.data("auto") == ("data", True, f"MNIST at {tmp_path / 'mnist.npz'}")
    monkeypatch.setattr(download, "cached", lambda: None)
    found = doctor.data("auto")
    assert found.passed
    assert "only the sample" in found.message
    assert "`mnist-lab data` fetches MNIST" in found.message


# Kernel


@pytest.mark.parametrize("program", ["python", "python3", sys.executable])
def test_a_kernel_of_this_environment_is_fine(monkeypatch, program):
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", kernel_of(program))
    assert doctor.kernel().passed


def test_a_kernel_of_another_program_is_named_with_what_to_run(tmp_path, monkeypatch):
    foreign = str(tmp_path / "bin" / "python")
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", kernel_of(foreign))
    found = doctor.kernel()
    assert (found.subject, found.passed) == ("kernel", False)
    assert f"python3 starts {foreign}, not this environment" in found.message
    assert "python -m ipykernel install --sys-prefix" in found.message


def test_a_missing_kernel_says_what_to_run(monkeypatch):
    def no_kernel(manager, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", no_kernel)
    found = doctor.kernel()
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
    assert not doctor.kernel().passed


def test_a_kernel_that_starts_nothing_is_said_so(monkeypatch):
    monkeypatch.setattr(
        KernelSpecManager, "get_kernel_spec", lambda self, name: SimpleNamespace(argv=[])
    )
    finding = doctor.kernel()
    assert not finding.passed
    assert "starts nothing" in finding.message


@pytest.mark.parametrize("content", [b"numpy=>2\n", b"-e .\n", b"\xff\xfe\n"])
def test_a_lock_that_cannot_be_read_is_a_finding_not_a_crash(tmp_path, content):
    (tmp_path / "requirements.txt").write_bytes(content)
    finding = doctor.packages(tmp_path / "requirements.txt")
    assert not finding.passed
    assert "requirements.txt cannot be read" in finding.message


def test_asking_for_mnist_where_only_the_sample_is_needs_doing(monkeypatch):
    monkeypatch.setattr(download, "cached", lambda: None)
    finding = doctor.data("mnist")
    assert not finding.passed
    assert "mnist-lab data" in finding.message
