"""What XLA has compiled is kept for the next process, checked before it is used, and bounded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_lab import xla_cache

FLAG = "--tf_xla_persistent_cache_directory"

# A child process, since TensorFlow reads the flag when it starts.
TRAINING = """
import hashlib, os
import mnist_lab as lab
from mnist_lab.backend import tf
for number in range(len(os.environ.get("TRACED_BEFORE", ""))):
    tf.function(lambda x: x + number)(tf.ones(3))
from mnist_lab.training import compilation
compilation._STEPS = 0
digits = lab.load_digits("sample", train_size=300)
model = lab.models.one_hidden_layer(10)
lab.train(model, digits, epochs=1, verbose=False)
print(hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest())
"""


def train_in_a_child(cache: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "TF_XLA_FLAGS"}
    return subprocess.run(
        [sys.executable, "-c", TRAINING],
        env=environment | {"XDG_CACHE_HOME": str(cache)} | variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )


def kept(cache: Path) -> dict[str, tuple[int, str]]:
    """Return the programs under a folder: the time and the seal of each."""
    programs = sorted(cache.rglob("*.pb"))
    return {p.name: (p.stat().st_mtime_ns, p.with_suffix(".sha256").read_text()) for p in programs}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="XDG_CACHE_HOME names the cache on Linux")
def test_a_second_process_reads_what_the_first_compiled_and_gets_the_same_weights(tmp_path: Path):
    cache = tmp_path / "größe ñ"
    first = train_in_a_child(cache)
    programs = kept(cache)
    assert programs
    second = train_in_a_child(cache, TRACED_BEFORE="three")  # another notebook, say
    assert kept(cache) == programs  # nothing was compiled, or it would be written anew
    assert first.stdout == second.stdout
    assert first.stderr == second.stderr == ""
    for program in cache.rglob("*.pb"):
        program.write_bytes(program.read_bytes()[:-1000] + b"x" * 1000)
    third = train_in_a_child(cache)
    assert third.stdout == first.stdout
    assert third.stderr == ""
    assert kept(cache).keys() == programs.keys()
    assert all(
        now > then
        for (now, _), (then, _) in zip(kept(cache).values(), programs.values(), strict=True)
    )  # compiled anew, since they were damaged


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="XDG_CACHE_HOME names the cache on Linux")
def test_where_the_cache_cannot_be_made_a_training_goes_on_without(tmp_path: Path):
    file = tmp_path / "a file"
    file.write_text("in the way of a folder")
    assert train_in_a_child(file).stderr == ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three programs, sealed; the first is the oldest."""
    for number in range(3):
        program = tmp_path / f"program_{number}.pb"
        program.write_bytes(bytes([number]) * 1000)
        os.utime(program, (number, number))
    xla_cache.seal(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_sealed_programs_stay(folder: Path):
    before = names(folder)
    assert len(before) == 6
    xla_cache.check(folder)
    assert names(folder) == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda program: program.write_bytes(program.read_bytes()[:-1]),
        lambda program: program.write_bytes(b"\xff" + program.read_bytes()[1:]),
        lambda program: program.with_suffix(".sha256").unlink(),
        lambda program: program.with_suffix(".sha256").write_bytes(b""),
    ],
    ids=["cut", "changed", "not sealed", "an empty seal"],
)
def test_a_program_that_is_not_what_was_sealed_is_removed_and_the_others_stay(folder: Path, damage):
    damage(folder / "program_1.pb")
    xla_cache.check(folder)
    assert names(folder) == ["program_0.pb", "program_0.sha256", "program_2.pb", "program_2.sha256"]


def test_a_seal_without_its_program_is_removed(folder: Path):
    (folder / "program_1.pb").unlink()
    xla_cache.check(folder)
    assert len(names(folder)) == 4


def test_the_oldest_programs_go_first_beyond_the_limit(folder: Path):
    xla_cache.check(folder, limit=2000)
    assert [name for name in names(folder) if name.endswith(".pb")] == [
        "program_1.pb",
        "program_2.pb",
    ]


def test_programs_of_other_versions_and_processors_count_too(folder: Path):
    other = folder / "of another version"
    other.mkdir()
    (other / "program_9.pb").write_bytes(b"9" * 1000)
    os.utime(other / "program_9.pb", (9, 9))
    xla_cache.seal(other)
    xla_cache.check(folder, limit=2000)
    assert sorted(path.name for path in folder.rglob("*.pb")) == ["program_2.pb", "program_9.pb"]


def test_sealing_a_folder_that_was_deleted_does_nothing(tmp_path: Path):
    xla_cache.seal(tmp_path / "gone")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "xla" / "key"
    monkeypatch.setattr(xla_cache, "cache_folder", lambda: folder)
    monkeypatch.delenv("TF_XLA_FLAGS", raising=False)
    return folder


def test_tensorflow_is_told_of_a_folder_of_the_users_own(cache: Path):
    assert xla_cache.start() == cache
    assert os.environ["TF_XLA_FLAGS"] == f'{FLAG}="{cache.as_posix()}"'
    if os.name == "posix":
        assert cache.stat().st_mode & 0o777 == 0o700


def test_other_flags_stay_and_a_cache_of_the_users_own_stays(cache: Path, monkeypatch):
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_clustering_debug")
    xla_cache.start()
    assert os.environ["TF_XLA_FLAGS"].startswith("--tf_xla_clustering_debug --tf_xla_persistent")
    monkeypatch.setenv("TF_XLA_FLAGS", f"{FLAG}=elsewhere")
    assert xla_cache.start() is None
    assert os.environ["TF_XLA_FLAGS"] == f"{FLAG}=elsewhere"


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_folder_that_others_can_write_is_not_used(cache: Path):
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    assert xla_cache.start() is None
    assert "TF_XLA_FLAGS" not in os.environ


def test_a_folder_that_cannot_be_made_is_not_used(cache: Path):
    cache.parent.parent.mkdir(exist_ok=True)
    cache.parent.write_text("a file in its place")
    assert xla_cache.start() is None


def test_each_tensorflow_processor_and_number_of_cores_has_a_folder_of_its_own(monkeypatch):
    folders = {xla_cache.cache_folder()}
    monkeypatch.setattr(xla_cache, "_tensorflow_version", lambda: "1.0")
    folders.add(xla_cache.cache_folder())
    monkeypatch.setattr(xla_cache, "_processor", lambda: "another")
    folders.add(xla_cache.cache_folder())
    assert len(folders) == 3
