"""The checks that run by themselves call what a contributor calls by hand."""

import re
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tests.helpers.checkout import list_files
from tests.helpers.machine import ROOT


def makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def workflow(name: str = "test") -> dict:
    text = (ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def hooks() -> dict[str, dict]:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    return {hook["id"]: hook for repo in yaml.safe_load(text)["repos"] for hook in repo["hooks"]}


def test_the_workflow_calls_targets_of_make_that_exist():
    steps = [step for job in workflow()["jobs"].values() for step in job["steps"]]
    called = [step["run"] for step in steps if step.get("run", "").startswith("make ")]
    assert len(called) >= 3
    targets = set(re.findall(r"^([\w-]+):", makefile(), re.M))
    assert {command.split()[1] for command in called} <= targets


def test_a_workflow_publishes_what_make_site_has_made():
    steps = workflow("site")["jobs"]["build"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make site"]
    assert "tools.website runs/site\n" in makefile()
    assert steps[-1]["with"]["path"] == "runs/site"


def test_the_workflow_runs_the_fast_tests_on_every_supported_python():
    tested = workflow()["jobs"]["fast"]["strategy"]["matrix"]["python"]
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    supported = SpecifierSet(tomllib.loads(text)["project"]["requires-python"])
    assert tested == [f"3.{minor}" for minor in range(20) if f"3.{minor}.1" in supported]


def test_the_workflow_keys_its_cache_on_a_file_that_exists():
    jobs = [*workflow()["jobs"].values(), workflow("site")["jobs"]["build"]]
    for job in jobs:
        for step in job["steps"]:
            path = step.get("with", {}).get("cache-dependency-path")
            assert path is None or (ROOT / path).is_file()


@pytest.mark.parametrize(
    "tool",
    [
        "ruff check",
        "ruff format --check",
        "lint-imports",
        "pyright",
        "codespell",
        "tools.lint_course",
    ],
)
def test_the_hooks_and_make_lint_call_the_same_tools(tool: str):
    lint = makefile().partition("\nlint:")[2].partition("\n\n")[0]
    assert tool in lint
    assert any(tool in hook["entry"] for hook in hooks().values())
    assert all(hook["language"] == "system" for hook in hooks().values())


def test_git_ignores_no_file_of_the_code_but_caches():
    """An ignored folder, such as runs, would be missing from a clone, and no tool would see it."""
    ignored = list_files(ROOT, "--others", "--ignored", "mnist_lab", "tests", "tools", "benchmarks")
    if ignored is None:
        pytest.skip("this is not a checkout of git")
    caches = re.compile(r"(^|/)(__pycache__|\.ipynb_checkpoints)/|^benchmarks/networks/")
    assert [name for name in ignored if not caches.search(name)] == []


def test_the_spelling_of_what_runs_and_learners_leave_is_not_checked():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert {"./runs", "./work"} <= set(settings["codespell"]["skip"].split(","))
