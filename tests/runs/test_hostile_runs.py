"""Nothing from a notebook, a parameter, a file's name or a log runs in a report, or stops it."""

import json
from base64 import b64encode
from functools import partial
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pytest

from mnist_lab.record_schema import MIME
from mnist_lab.runs import pages
from mnist_lab.runs.notebook import NotebookRun, validate_run
from mnist_lab.runs.report import write_report
from mnist_lab.runs.results import read_runs
from mnist_lab.runs.sweep_report import write_results
from tests.helpers.runs import record_content, write_about

ATTACKS = [
    "<script>window.hacked = 1</script>",
    '"><img src=x onerror="window.hacked = 1">',
    "'><svg onload='window.hacked = 1'></svg>",
    "</style></title><script>window.hacked = 1</script>",
    '<a id=hack href="javascript:window.hacked = 1">here</a>',
    "{{ 7 * 7 }}{% raw %}",
]
ATTACK = " ".join(ATTACKS)
# A file's name cannot hold a slash.
NAME = "javascript:window.hacked=1;\"'<img src=x onerror=window.hacked=1>#?%41"
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>window.hacked = 1</script></svg>"


def hostile_record(index: int) -> dict:
    content = record_content({"seed": index, ATTACKS[1]: ATTACK, "note": f"{ATTACK}{index}"})
    content["metrics"][ATTACKS[0]] = ATTACK
    content["data"]["source"] = ATTACKS[0]
    return content | {
        "notebook": f"{index}{ATTACKS[1]}",
        "model": ATTACKS[2],
        "versions": {ATTACKS[0]: ATTACKS[1]},
    }


def hostile_notebook(index: int) -> dict:
    data = {
        MIME: hostile_record(index),
        "image/png": f'x" onerror="window.hacked = 1{ATTACK}',
        "image/svg+xml": SVG,
        "text/html": ATTACK,
        "text/plain": ATTACK,
    }
    cell = {
        "cell_type": "code",
        "source": ATTACK,
        "metadata": {},
        "execution_count": 1,
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": data}],
    }
    return {"cells": [cell, {"cell_type": "markdown", "source": ATTACK, "metadata": {}}]}


def hostile_course(folder: Path) -> Path:
    path = folder / f"{NAME}.ipynb"
    path.write_text(json.dumps(hostile_notebook(0)), encoding="utf-8")
    assert validate_run(path) == []
    from mnist_lab.records import read_record

    good = NotebookRun(ATTACK, path, read_record(path), "", 1.0)
    bad = NotebookRun(ATTACK, path, None, ATTACK, 1.0)
    write_report([good, bad], folder / "report.html", ATTACK)
    return folder / "report.html"


def hostile_sweep(folder: Path) -> Path:
    for index in range(3):
        name = f"{index}{NAME}"
        write_about(folder, name, problem=ATTACK, host=ATTACK, seconds=2.0)
        if index:
            text = json.dumps(hostile_notebook(index))
            (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    assert [len(runs) for runs in read_runs(folder)] == [2, 1]
    write_results([folder], folder, ATTACK)
    return folder / "report.html"


PAGES = pytest.mark.parametrize("write", [hostile_course, hostile_sweep])


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


EMPTY_ICON = {"rel": "icon", "href": "data:,"}
OWN_SCRIPT = files("mnist_lab.runs").joinpath("templates", "tables.js").read_text("utf-8")


@PAGES
def test_a_page_about_hostile_runs_has_no_other_script_and_asks_for_nothing(write, tmp_path: Path):
    text = write(tmp_path).read_text(encoding="utf-8")
    assert text.count(f"<script>{OWN_SCRIPT}</script>") == 1
    tags = Tags(text.replace(OWN_SCRIPT, "")).found
    names = [tag for tag, _ in tags]
    assert names.count("script") == 1
    assert not {*names} & {"svg", "iframe", "object", "embed", "base", "form"}
    # An empty icon keeps the browser from asking for one.
    assert [found for tag, found in tags if tag == "link"] == [EMPTY_ICON]
    tags = [(tag, found) for tag, found in tags if tag != "link"]
    attributes = [(name, value or "") for _, found in tags for name, value in found.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]
    sources = [value for name, value in attributes if name == "src"]
    assert all(value.startswith("data:image/png;base64,") for value in sources)
    links = [value for name, value in attributes if name == "href"]
    assert links
    assert not [value for value in links if ":" in value or value.startswith("//")]
    present = [link for link in links if not link.startswith("#")]
    assert present
    assert all((tmp_path / unquote(link)).is_file() for link in present)


@PAGES
def test_a_page_forbids_everything_but_its_style_script_and_figures(write, tmp_path: Path):
    tags = Tags(write(tmp_path).read_text(encoding="utf-8")).found
    (policy,) = [found["content"] for _, found in tags if "http-equiv" in found]
    rules = dict(rule.split(" ", 1) for rule in (policy or "").split("; "))
    assert rules.pop("style-src").startswith("'sha256-")
    digest = b64encode(sha256(OWN_SCRIPT.encode()).digest()).decode()
    assert rules.pop("script-src") == f"'sha256-{digest}'"
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    first = [tag for tag, _ in tags].index("meta")
    assert [tag for tag, _ in tags[:first]] == ["html", "head"]
    assert "http-equiv" in tags[first + 1][1]  # after the encoding, before all else


@pytest.mark.needs_browser
@PAGES
def test_nothing_runs_in_the_browser_even_if_escaping_were_off(
    write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from tests.helpers.browser import chromium, find_chromium

    environment = pages.Environment
    monkeypatch.setattr(
        pages, "Environment", lambda **options: environment(**options | {"autoescape": False})
    )
    path = write(tmp_path)
    open_page = tmp_path / "open.html"
    text = path.read_text(encoding="utf-8")
    open_page.write_text(text.replace("Content-Security-Policy", "x"), encoding="utf-8")
    chromium_path = find_chromium()
    assert chromium_path
    with chromium(chromium_path) as browser:
        page = browser.new_page()
        page.goto(open_page.as_uri())
        assert page.evaluate("window.hacked") == 1, "the attacks do not work, so this shows nothing"
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.evaluate("document.querySelectorAll('a[id=hack]').forEach(link => link.click())")
        page.wait_for_timeout(200)
        assert page.evaluate("window.hacked") is None


@pytest.mark.needs_browser
def test_the_style_and_the_figures_of_a_page_pass_its_own_rules(tmp_path: Path):
    from tests.helpers.browser import chromium, find_chromium

    path = hostile_sweep(tmp_path)
    chromium_path = find_chromium()
    assert chromium_path
    with chromium(chromium_path) as browser:
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
        assert widths
        assert all(widths)
        assert complaints == []


@pytest.mark.parametrize(
    "text", ["$\\frac{$", "$x", "\\", "%s %", "{}", "a" * 5_000, "漢字 \u202e", "\t\r\n", ""]
)
@pytest.mark.filterwarnings("error")
def test_any_text_as_a_parameter_gives_a_page(tmp_path: Path, text: str):
    for index in range(2):
        record = record_content({"note": f"{text}{index}", "seed": index})
        cell = hostile_notebook(index)["cells"][0]
        cell["outputs"][0]["data"] = {MIME: record}
        (tmp_path / f"{index}.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
        write_about(tmp_path, str(index))
    assert write_results([tmp_path], tmp_path, text) == (2, 0)


def test_a_notebook_that_goes_away_while_the_report_is_written_leaves_the_rest(tmp_path: Path):
    record = partial(record_content, {})
    from mnist_lab.record_schema import parse_record

    runs = [
        NotebookRun(name, tmp_path / f"{name}.ipynb", parse_record(record()), "", 1.0)
        for name in ("a", "b")
    ]
    write_report(runs, tmp_path / "report.html", "t")
    assert "2 of 2 notebooks" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/proc").exists(), reason="file names of any bytes are Linux's")
def test_a_file_name_that_is_no_text_is_shown_and_linked_all_the_same(tmp_path: Path):
    name = b"h\xe9.ipynb".decode("utf-8", "surrogateescape")
    run = NotebookRun(name.removesuffix(".ipynb"), tmp_path / name, None, name, 1.0)
    write_report([run], tmp_path / "report.html", name)
    assert "h?" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    hostile_sweep(tmp_path)
    before = (tmp_path / "report.html").read_bytes(), (tmp_path / "runs.csv").read_bytes()

    def broken(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mnist_lab.runs.sweep_report.png", broken)
    with pytest.raises(OSError, match="No space"):
        write_results([tmp_path], tmp_path, "again")
    assert (tmp_path / "report.html").read_bytes() == before[0]
    assert (tmp_path / "runs.csv").read_bytes() == before[1]
