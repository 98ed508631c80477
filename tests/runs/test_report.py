"""The report is one page without a network: the ladder, good runs with figures, what failed."""

import base64
import re
import shutil
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mnist_lab import ipynb
from mnist_lab.record_schema import parse_record
from mnist_lab.runs.notebook import NotebookRun
from mnist_lab.runs.report import write_report
from tests.helpers.runs import record_content

RECORD = parse_record(record_content({"epochs": 5}, test=0.9261))


@pytest.fixture
def page(root: Path, tmp_path: Path) -> str:
    path = Path(shutil.copy(root / "notebooks" / "01_single_layer.ipynb", tmp_path))
    good = NotebookRun(path.stem, path, RECORD, "", 12.0)
    problem = "cell 3: ValueError: <b>epochs</b>='many'"
    bad = NotebookRun("02_x", tmp_path / "02_x.ipynb", None, problem, 3.0)
    write_report([good, bad], tmp_path / "report.html", "A title")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_it_names_what_ran_and_what_failed(page: str):
    assert "1 of 2 notebooks succeeded" in page
    assert "cell 3: ValueError: &lt;b&gt;epochs&lt;/b&gt;=&#39;many&#39;" in page


def test_it_holds_the_ladder_and_every_figure_as_png(page: str, root: Path):
    figures = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    notebook = root / "notebooks" / "01_single_layer.ipynb"
    committed = ipynb.figures(ipynb.read(notebook))
    assert len(figures) == len(committed) + 1
    texts = re.findall(r'<img alt="([^"]*)"', page)[1:]
    assert texts == [
        escape(text) or f"Figure {index} of {notebook.stem}"
        for index, (_, text) in enumerate(committed, start=1)
    ]
    assert all(base64.b64decode(figure).startswith(b"\x89PNG") for figure in figures)
    assert f"{RECORD.test_accuracy:.2%}" in page


def test_the_ladder_has_rungs_only_and_other_notebooks_their_own_part(tmp_path: Path):
    beside = parse_record(record_content({"epochs": 5}, test=0.8765) | {"rung": False})
    runs = [
        NotebookRun(name, tmp_path / f"{name}.ipynb", record, "", 1.0)
        for name, record in {"01_x": RECORD, "04_y": beside}.items()
    ]
    write_report(runs, tmp_path / "report.html", "A title")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    [table] = re.findall(
        r"<table.*?</table>", page.split('id="ladder"')[1].split("</section")[0], re.S
    )[:1]
    assert "92.61%" in table and "87.65%" not in table
    assert "87.65%" in page
    write_report(runs[1:], tmp_path / "report.html", "A title")
    assert "ladder" not in (tmp_path / "report.html").read_text(encoding="utf-8").lower()


def test_it_links_to_the_page_of_a_notebook_beside_it_and_asks_no_network(page: str):
    assert 'href="pages/01_single_layer.html"' in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_its_tags_are_closed(page: str):
    class Tags(HTMLParser):
        opened: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: list) -> None:
            if tag not in {"meta", "img", "link", "br", "wbr"}:
                self.opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.opened.pop() == tag

    parser = Tags()
    parser.feed(page)
    assert parser.opened == []


def test_a_page_over_nothing_but_failures_is_written(tmp_path: Path):
    run = NotebookRun("x", tmp_path / "x.ipynb", None, "broken", 1.0)
    write_report([run], tmp_path / "report.html", "t")
    assert "0 of 1" in (tmp_path / "report.html").read_text(encoding="utf-8")
