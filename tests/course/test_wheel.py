"""Wheel and source distribution are whole: the course works without a checkout."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_lab.cli import workspace
from tests.helpers.checkout import copy_checkout

pytestmark = pytest.mark.slow


def run(
    *words: str | Path, folder: Path, timeout: float = 600, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, and return what it wrote, both streams in one."""
    silent = ("MAKE", "MFLAGS", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "JUPYTER")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(silent)}
    return subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=timeout,
        env=plain | {"MNIST_LAB_DATA": "sample"} | environment,
    )


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source distribution, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    copy_checkout(root, folder / "checkout")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", "."]
    done = run(*command, folder=folder / "checkout")
    assert done.returncode == 0, done.stdout
    (folder / "dist" / "build.log").write_text(done.stdout, encoding="utf-8")
    return folder / "dist"


@pytest.fixture(scope="module")
def source(built: Path) -> Path:
    """The source distribution, unpacked."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        # Python 3.11 has filters from 3.11.4 on; Debian 12 comes with 3.11.2.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(built.parent / "source", **safely)
    return next((built.parent / "source").iterdir())


@pytest.fixture(scope="module")
def commands(built: Path) -> Path:
    """The commands of an environment of its own, with the wheel and this environment's packages."""
    folder = built.parent / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / Path(sys.executable).relative_to(sys.prefix)
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    wheel = next(built.glob("*.whl"))
    done = run(*pip, "install", "--no-deps", "--no-index", wheel, folder=built)
    assert done.returncode == 0, done.stdout
    site = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=built
    ).stdout.strip()
    # A path in a .pth file comes last, and the .pth files in that folder are not read.
    Path(site, "packages.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    # nbconvert's templates are data beside the packages.
    (folder / "share" / "jupyter").mkdir(parents=True, exist_ok=True)
    for data in Path(sys.prefix, "share", "jupyter").glob("nbconvert"):
        (folder / "share" / "jupyter" / data.name).symlink_to(data)
    where = run(python, "-c", "import mnist_lab; print(mnist_lab.__file__)", folder=built).stdout
    assert Path(where.strip()).is_relative_to(folder), where
    return python.parent


@pytest.fixture(scope="module")
def course(commands: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the installed `mnist-lab start` has made in an empty one."""
    folder = tmp_path_factory.mktemp("empty")
    done = run(commands / "mnist-lab", "start", "my-course", folder=folder)
    assert done.returncode == 0, done.stdout
    return folder / "my-course"


# The distributions


def test_they_are_built_without_a_warning(built: Path):
    log = (built / "build.log").read_text(encoding="utf-8")
    assert re.findall(r"^.*(?:warn|deprecat).*$", log, re.M | re.I) == []


def test_a_package_index_takes_them(built: Path):
    files = [path for path in built.iterdir() if path.suffix != ".log"]
    done = run(sys.executable, "-m", "twine", "check", "--strict", *files, folder=built)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2


def test_the_wheel_has_the_package_and_the_pages_and_nothing_else(built: Path):
    checkout = built.parent / "checkout"
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    package = [path for path in (checkout / "mnist_lab").rglob("*") if path.is_file()]
    expected = {path.relative_to(checkout).as_posix() for path in package}
    assert names == expected | {f"mnist_lab/course/{page}" for page in workspace.pages()}


def test_the_source_has_all_of_the_checkout_but_its_gate(built: Path, source: Path):
    checkout = built.parent / "checkout"
    files = {p.relative_to(checkout) for p in checkout.rglob("*") if p.is_file()}
    # Made by the build, in the copy of the checkout.
    files = {path for path in files if "mnist_lab.egg-info" not in path.parts}
    missing = {path for path in files if not (source / path).is_file()}
    assert missing == {Path(".ci/run")}


def test_the_tests_of_the_source_run(source: Path):
    """All of them are collected, which fails where a file is missing, and some are run."""
    some = "test_checks.py or test_environment.py"
    done = run(sys.executable, "-m", "pytest", "-q", "-k", some, "tests", folder=source)
    assert done.returncode == 0, done.stdout[-3000:]
    counts = re.search(r"(\d+) passed.* (\d+) deselected", done.stdout)
    assert counts and int(counts[1]) > 400 and int(counts[2]) > 1000


# The commands, from an empty folder


def test_the_version_is_that_of_the_wheel(commands: Path, built: Path, tmp_path: Path):
    done = run(commands / "mnist-lab", "--version", folder=tmp_path)
    name = next(built.glob("*.whl")).name
    assert done.stdout.strip() == f"mnist-lab {name.split('-')[1]}"


def test_start_hands_out_every_page(course: Path):
    # Notebooks name the version of Python that opens them; JupyterLab would write it there.
    version = re.compile(rb'"version": "3[\d.]+"')
    for name, file in workspace.pages().items():
        page = workspace.content(file, outputs=False)
        assert version.sub(b"", (course / name).read_bytes()) == version.sub(b"", page)


def test_reset_brings_a_page_back(commands: Path, course: Path):
    page = course / "09_your_own_digits.ipynb"
    before = page.read_bytes()
    page.write_text("my work", encoding="utf-8")
    done = run(commands / "mnist-lab", "reset", "9", folder=course)
    assert done.returncode == 0, done.stdout
    assert page.read_bytes() == before
    kept = course / "09_your_own_digits (mine).ipynb"
    assert kept.read_text(encoding="utf-8") == "my work"
    kept.unlink()


def test_the_records_of_the_course_are_there(commands: Path, tmp_path: Path):
    code = "import mnist_lab as lab; print(*[r.notebook for r in lab.records.read_records()])"
    done = run(commands / "python", "-c", code, folder=tmp_path)
    assert done.returncode == 0, done.stdout
    pages = [Path(page) for page in workspace.pages()]
    lessons = [page for page in pages if page.suffix == ".ipynb" and len(page.parts) == 1]
    assert done.stdout.split() == [page.stem for page in lessons]


def found_wrong(said: str) -> list[str]:
    """Return what the doctor found wrong, but for memory: other tests may have it just now."""
    wrong = [line for line in said.splitlines() if line.startswith("FAIL")]
    return [line for line in wrong if not line.startswith("FAIL  memory")]


def test_the_doctor_finds_all_well_and_says_who_chose_the_versions(commands: Path, tmp_path: Path):
    done = run(commands / "mnist-lab", "doctor", folder=tmp_path)
    assert found_wrong(done.stdout) == []
    assert done.returncode == int("FAIL" in done.stdout), done.stdout
    assert "OK    packages: pip chose the versions" in done.stdout


def test_the_digits_are_found(commands: Path, tmp_path: Path):
    done = run(commands / "mnist-lab", "data", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "SAMPLE" in done.stdout


def test_jupyterlab_gets_the_settings_from_the_wheel(commands: Path, course: Path):
    # `--version` of JupyterLab: all of the command but the server.
    done = run(commands / "mnist-lab", "lab", course, "--version", folder=course.parent)
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", done.stdout.splitlines()[-1])
    site = next((commands.parent).rglob("mnist_lab/cli/lab.py")).parent.parent
    assert (site / "jupyter" / "labconfig" / "default_setting_overrides.json").is_file()


def test_the_course_runs(commands: Path, course: Path, tmp_path: Path):
    """One notebook of it; the installed folder itself is looked through for their parameters."""
    (tmp_path / "one").mkdir()
    shutil.copy(course / "02_one_hidden_layer.ipynb", tmp_path / "one")
    words = ["course", "--quick", "--source", "sample"]
    done = run(commands / "mnist-lab", *words, "--notebooks", "one", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    names = {path.name for path in (tmp_path / "runs" / "course").iterdir()}
    assert names == {"02_one_hidden_layer.ipynb", "pages", "report.html"}
    refused = run(commands / "mnist-lab", *words, "--set", "no_such_name=1", folder=tmp_path)
    assert refused.returncode == 2
    assert "no_such_name" in refused.stdout
    assert "drawings" in refused.stdout  # a parameter of notebook 9


def test_a_sweep_of_the_courses_own_notebook_is_planned_run_and_reported(
    commands: Path, tmp_path: Path
):
    words = ["sweep", "01", "--quick", "--source", "sample"]
    plan = [*words, "--set", "epochs=1,2", "--dry-run"]
    planned = run(commands / "mnist-lab", *plan, folder=tmp_path)
    assert planned.returncode == 0, planned.stdout
    assert "2 runs of 01_single_layer.ipynb" in planned.stdout
    assert not (tmp_path / "runs").exists()
    done = run(commands / "mnist-lab", *words, "--set", "epochs=1", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    report = tmp_path / "runs" / "sweep" / "report.html"
    report.unlink()
    done = run(commands / "mnist-lab", "report", "runs/sweep", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert report.stat().st_size > 5000


# One installation for many


@pytest.fixture
def read_only(commands: Path, tmp_path: Path) -> Iterator[list[str]]:
    """The start of a command line for a learner on a server: installation and home are read-only.

    Simulated: root gives up the right to pass over permissions. The packages beside the wheel
    belong to this environment and stay as they are.
    """
    home = tmp_path / "home"
    home.mkdir()
    folders = [home, *(path for path in commands.parent.rglob("*") if not path.is_symlink())]
    modes = {path: path.stat().st_mode for path in folders}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    capabilities = "-dac_override,-dac_read_search,-fowner"
    yield ["setpriv", f"--bounding-set={capabilities}", "env", f"HOME={home}"]
    for path, mode in modes.items():
        path.chmod(mode)


@pytest.mark.needs_root
def test_a_read_only_installation_and_home_do_with_one_folder_to_write(
    read_only: list[str], commands: Path, tmp_path: Path
):
    mine = tmp_path / "mine"
    mine.mkdir()
    lab = [*read_only, commands / "mnist-lab"]
    refused = run(*read_only, "touch", commands / "new", folder=mine)
    assert "Permission denied" in refused.stdout
    done = run(*lab, "start", tmp_path / "home" / "my-course", folder=mine)
    assert done.returncode == 2
    assert "cannot be written" in done.stdout
    done = run(*lab, "start", "my-course", folder=mine)
    assert done.returncode == 0, done.stdout
    (mine / "one").mkdir()
    shutil.copy(mine / "my-course" / "01_single_layer.ipynb", mine / "one")
    words = ["course", "--quick", "--source", "sample", "--notebooks", "one"]
    done = run(*lab, *words, folder=mine)
    assert done.returncode == 0, done.stdout
    doctor = "import mnist_lab; mnist_lab.doctor()"
    done = run(*read_only, commands / "python", "-c", doctor, folder=mine)
    assert "FAIL  folders: " in done.stdout
    home = f"HOME={mine}"
    done = run(*read_only, home, commands / "python", "-c", doctor, folder=mine)
    assert found_wrong(done.stdout) == []
