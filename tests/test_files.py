"""A file is written whole or not at all, and nothing is left beside it."""

import os
import stat

import pytest

from mnist_lab import files
from mnist_lab.files import atomic_write, course_folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("mode", "content"), [("w", "größer\r\nline\n"), ("wb", b"\x00\xff\r\n")])
def test_text_and_bytes_are_written_as_given(tmp_path, mode, content):
    path = tmp_path / "new" / "folder" / "a.txt"
    with atomic_write(path, mode) as stream:
        stream.write(content)
    assert path.read_bytes() == (content.encode() if mode == "w" else content)
    assert names(path.parent) == ["a.txt"]


def test_until_the_block_ends_the_earlier_file_is_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with atomic_write(path) as stream:
        stream.write("after")
        stream.flush()
        assert path.read_text() == "before"
        assert list(tmp_path.glob("*.txt")) == [path]
    assert path.read_text() == "after"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("before", [None, "before"])
def test_a_block_that_raises_leaves_everything_as_it_was(tmp_path, before, error):
    path = tmp_path / "a.txt"
    if before:
        path.write_text(before)
    with pytest.raises(error), atomic_write(path) as stream:
        stream.write("half")
        raise error
    assert names(tmp_path) == (["a.txt"] if before else [])
    assert not before or path.read_text() == before


@pytest.mark.skipif(os.name == "nt", reason="limits on the size of a file are POSIX")
@pytest.mark.parametrize(("size", "times"), [(5_000, 1), (5_000_000, 1), (100, 1_000)])
def test_a_disk_that_takes_no_more_leaves_everything_as_it_was(tmp_path, size, times):
    import resource

    path = tmp_path / "a.txt"
    path.write_text("before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"), atomic_write(path) as stream:
            for _ in range(times):
                stream.write("x" * size)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names(tmp_path) == ["a.txt"]
    assert path.read_text() == "before"


def test_a_failing_replacement_leaves_no_part(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError("in use by another program")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError, match="in use"), atomic_write(tmp_path / "a.txt") as stream:
        stream.write("x")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX")
@pytest.mark.parametrize(("before", "after"), [(None, 0o644), (0o600, 0o600), (0o664, 0o664)])
def test_permissions_of_an_earlier_file_are_kept_and_a_new_file_is_readable(
    tmp_path, before, after
):
    path = tmp_path / "a.txt"
    if before is not None:
        path.write_text("before")
        path.chmod(before)
    with atomic_write(path) as stream:
        stream.write("after")
    assert stat.S_IMODE(path.stat().st_mode) == after


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_stays_a_link_and_its_target_is_written(tmp_path):
    target = tmp_path / "elsewhere" / "a.txt"
    target.parent.mkdir()
    target.write_text("before")
    link = tmp_path / "a.txt"
    link.symlink_to(target)
    with atomic_write(link) as stream:
        stream.write("after")
    assert link.is_symlink()
    assert target.read_text() == "after"
    assert names(target.parent) == ["a.txt"]


def test_a_part_that_a_killed_process_left_does_no_harm(tmp_path):
    (tmp_path / ".a.txt.leftover.part").write_text("half")
    with atomic_write(tmp_path / "a.txt") as stream:
        stream.write("whole")
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert list(tmp_path.glob("*.part")) in ([], [tmp_path / ".a.txt.leftover.part"])


def test_the_course_folder_of_a_checkout_holds_its_notebooks(root):
    assert course_folder() == root / "notebooks"
    assert list(course_folder().glob("0*.ipynb"))


def test_what_belongs_to_a_checkout_is_found_in_one_and_not_in_an_installed_package(
    root, tmp_path, monkeypatch
):
    assert files.checkout_lock() == root / "requirements.txt"
    assert root / "mnist_lab" / "jupyter" == files.JUPYTER_SETTINGS
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "mnist_lab")
    assert files.checkout_lock() is None
    with pytest.raises(FileNotFoundError, match="Install mnist_lab again"):
        course_folder()
    (tmp_path / "requirements.txt").touch()  # of some other project
    assert files.checkout_lock() is None
    (tmp_path / "mnist_lab" / "course").mkdir(parents=True)
    assert course_folder() == tmp_path / "mnist_lab" / "course"
