"""The doctor finds a sound machine sound, and names what is wrong elsewhere with what to do about it."""

import os
import sys
import venv
from importlib.metadata import version
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from mnist_lab import doctor
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
    findings = doctor.examine(root / "requirements.txt")
    assert [finding for finding in findings if not finding.fine] == []
    assert [f.subject for f in findings] == [
        "Python",
        "packages",
        "TensorFlow",
        "processor",
        "memory",
        "data",
        "kernel",
    ]
    assert all(finding.words for finding in findings)


# Python


@pytest.mark.parametrize("wrong", [(2, 7, 18), (3, 10, 14), (3, 14, 0), (4, 0, 0)])
def test_python_too_old_or_too_new_is_told_what_to_install(monkeypatch, wrong):
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(version_info=wrong))
    found = doctor.python()
    assert not found.fine
    assert "the course needs 3.11, 3.12 or 3.13: install one" in found.words


@pytest.mark.parametrize("right", [(3, 11, 0), (3, 12, 4), (3, 13, 9)])
def test_every_python_of_the_course_is_fine(monkeypatch, right):
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(version_info=right))
    found = doctor.python()
    assert found.fine
    assert "needs" not in found.words


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
    assert not found.fine
    assert (
        found.words
        == "no-such-package-here missing (lock: 1.2.3); run: pip install -r requirements.txt"
    )


def test_five_wrong_packages_are_named_and_the_others_counted(lock):
    five = doctor.packages(lock(*(f"no-such-package-{number}==1" for number in range(5))))
    assert five.words.count("missing") == 5
    assert "more" not in five.words
    seven = doctor.packages(lock(*(f"no-such-package-{number}==1" for number in range(7))))
    assert seven.words.count("missing") == 5
    assert " and 2 more; run: " in seven.words


def test_lines_for_other_machines_are_ignored(lock):
    elsewhere = f"no-such-package-here==1 ; sys_platform != '{sys.platform}'"
    found = doctor.packages(lock(elsewhere, "no-such-package-here==1 ; python_full_version < '3'"))
    assert found == ("packages", True, "all 0 as in the lock")


def test_lines_for_this_machine_are_not_ignored(lock):
    found = doctor.packages(lock(f"no-such-package-here==1 ; sys_platform == '{sys.platform}'"))
    assert not found.fine


def test_without_a_lock_versions_are_not_compared(tmp_path):
    found = doctor.packages(tmp_path / "requirements.txt")
    assert found.fine
    assert "no lock file" in found.words
    assert "not compared" in found.words


# Memory


@pytest.mark.parametrize(("free", "fine"), [(0.5, False), (1.99, False), (2.0, True), (16.0, True)])
def test_two_gigabytes_must_be_free(monkeypatch, free, fine):
    monkeypatch.setattr(psutil, "virtual_memory", gigabytes(free))
    found = doctor.memory()
    assert found.fine is fine
    assert ("close other programs" in found.words) is not fine


# Data


def test_a_path_that_leads_nowhere_is_named_with_what_to_give(tmp_path):
    found = doctor.data(str(tmp_path / "nowhere"))
    assert (found.subject, found.fine) == ("data", False)
    assert str(tmp_path / "nowhere") in found.words
    assert "no such file or folder" in found.words
    assert "four IDX files or a .npz file" in found.words


def test_the_variable_counts_for_auto_only(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_DATA", str(tmp_path / "nowhere"))
    assert not doctor.data("auto").fine
    assert doctor.data("sample").fine


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
    assert found.fine
    assert "only the sample" in found.words
    assert "`mnist-lab data` fetches MNIST" in found.words


# Kernel


@pytest.mark.parametrize("program", ["python", "python3", sys.executable])
def test_a_kernel_of_this_environment_is_fine(monkeypatch, program):
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", kernel_of(program))
    assert doctor.kernel().fine


def test_a_kernel_of_another_program_is_named_with_what_to_run(tmp_path, monkeypatch):
    foreign = str(tmp_path / "bin" / "python")
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", kernel_of(foreign))
    found = doctor.kernel()
    assert (found.subject, found.fine) == ("kernel", False)
    assert f"python3 starts {foreign}, not this environment" in found.words
    assert "python -m ipykernel install --sys-prefix" in found.words


def test_a_missing_kernel_says_what_to_run(monkeypatch):
    def no_kernel(manager, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", no_kernel)
    found = doctor.kernel()
    assert found == (
        "kernel",
        False,
        "no kernel named python3; run: pip install -r requirements.txt",
    )


def test_another_environment_on_the_same_python_is_a_foreign_kernel(tmp_path, monkeypatch):
    venv.create(tmp_path / "other", symlinks=os.name == "posix")
    program = tmp_path / "other" / ("bin/python" if os.name == "posix" else "Scripts/python.exe")
    monkeypatch.setattr(
        KernelSpecManager,
        "get_kernel_spec",
        lambda self, name: SimpleNamespace(argv=[str(program)]),
    )
    assert not doctor.kernel().fine


def test_a_kernel_that_starts_nothing_is_said_so(monkeypatch):
    monkeypatch.setattr(
        KernelSpecManager, "get_kernel_spec", lambda self, name: SimpleNamespace(argv=[])
    )
    finding = doctor.kernel()
    assert not finding.fine
    assert "starts nothing" in finding.words


@pytest.mark.parametrize("content", [b"numpy=>2\n", b"-e .\n", b"\xff\xfe\n"])
def test_a_lock_that_cannot_be_read_is_a_finding_not_a_crash(tmp_path, content):
    (tmp_path / "requirements.txt").write_bytes(content)
    finding = doctor.packages(tmp_path / "requirements.txt")
    assert not finding.fine
    assert "requirements.txt cannot be read" in finding.words


def test_asking_for_mnist_where_only_the_sample_is_needs_doing(monkeypatch):
    monkeypatch.setattr(download, "cached", lambda: None)
    finding = doctor.data("mnist")
    assert not finding.fine
    assert "mnist-lab data" in finding.words
