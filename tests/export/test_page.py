"""The page of drawings: one small file, its own script and nothing else, whatever names it gets."""

import json
import re
from pathlib import Path

import pytest

import mnist_lab as lab
from mnist_lab.export import course_page, web_page
from mnist_lab.export.page import MODULES, page_script


def networks_in(page: str) -> list[dict]:
    return json.loads(re.search(r'id="networks">(.*?)</script>', page, re.S)[1])


def test_the_courses_page_is_one_file_of_under_600_kB_with_its_four_networks(tmp_path: Path):
    size = course_page(tmp_path / "read.html")
    page = (tmp_path / "read.html").read_text(encoding="utf-8")
    assert size == (tmp_path / "read.html").stat().st_size < 600_000
    names = [network["name"] for network in networks_in(page)]
    assert names == ["single layer", "100 ReLU", "MLP", "CNN"]
    for text in ("92.62 %", "98.00 %", "99.21 %", "99.44 %", "199,210", "convolution 3 × 3 (16)"):
        assert text in page


def test_it_asks_for_nothing_and_runs_only_its_own_script(tmp_path: Path):
    web_page({"mine": lab.models.single_layer()}, tmp_path / "mine.html")
    page = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert "http:" not in page and "https:" not in page
    assert not re.search(r"<(link|img|script|iframe)[^>]* (src|href)=(?!\"data:,\")", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src &#39;none&#39;;")
    assert policy.count("sha256-") == 2
    assert "test accuracy" not in page


def test_a_name_is_text_in_the_page_whatever_it_is(tmp_path: Path):
    name = '</script><b>I & my "CNN"'
    web_page({name: lab.models.single_layer()}, tmp_path / "mine.html", {name: 0.5})
    page = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert networks_in(page)[0]["name"] == name
    assert "<b>" not in page
    assert "50.00 %" in page


def test_its_modules_can_be_one_script_since_they_share_no_names():
    declared = [
        name
        for module in MODULES
        for name in re.findall(
            r"^(?:export )?(?:const|let|function) (?:\[[^\]]*\]|(\w+))",
            module.read_text(encoding="utf-8"),
            re.M,
        )
    ]
    assert len(declared) > 50
    assert sorted(declared) == sorted(set(declared))
    assert not re.search(r"^(import|export)\b", page_script(), re.M)


def test_each_module_imports_only_what_stands_before_it():
    names = [module.name for module in MODULES]
    for at, module in enumerate(MODULES):
        text = module.read_text(encoding="utf-8")
        imported = re.findall(r'^import .*"(?:\.\./handwriting|\.)/(\S+)";$', text, re.M)
        assert set(imported) <= set(names[:at])
        assert len(imported) == len(re.findall(r"^import", text, re.M))


def test_what_cannot_become_a_page_is_refused_and_nothing_written(tmp_path: Path):
    model, path = lab.models.single_layer(), tmp_path / "mine.html"
    for models, place, accuracies, message in (
        ({}, path, None, "models={} cannot be used: expected a name and a network for each"),
        ([model], path, None, "expected a name and a network for each"),
        ({"mine": model}, tmp_path / "mine.txt", None, r"the name of a \.html file"),
        ({"mine": model}, path, {"mine": 92.6}, r"accuracies\['mine'\]=92.6 cannot be used"),
    ):
        with pytest.raises(ValueError, match=message):
            web_page(models, place, accuracies)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_network_by_name_or_no_accuracy_of_one_is_refused(tmp_path: Path):
    model, path = lab.models.single_layer(), tmp_path / "mine.html"
    for models in ([model], {}, {1: model}, {" ": model}):
        with pytest.raises(ValueError, match="models=.*expected a name and a network for each"):
            web_page(models, path)  # type: ignore[arg-type]
    for accuracies, message in (
        ({"mien": 0.9}, r"'mien' cannot be used: expected one of mine \(did you mean 'mine'"),
        ({"mine": 98}, "expected a number from 0 to 1"),
        ([0.9], "accuracies=.*expected a name and a share for each"),
    ):
        with pytest.raises(ValueError, match=message):
            web_page({"mine": model}, path, accuracies)  # type: ignore[arg-type]
    assert not path.exists()
