"""What the website is made from: the cards of notebooks, notebooks as pages, the reference."""

import base64
import copy
import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import mnist_lab as lab
from mnist_lab import ipynb
from tests.helpers.course import NOTEBOOKS
from tools.website.lessons import read_lessons
from tools.website.notebooks import for_site
from tools.website.reference import reference_pages

STREAM = BytesIO()
Image.new("L", (30, 20)).save(STREAM, "png")
PNG = STREAM.getvalue()
BAR, PAD = "<p>bar</p>", "<p>pad</p>"


def output(data: dict[str, str], **metadata: dict[str, str]) -> dict:
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def book_of(*outputs: dict, source: str = "draw()") -> dict:
    """Return a notebook whose one code cell has these outputs."""
    text = {"cell_type": "markdown", "source": "# A title\n\nText.", "metadata": {}}
    code = {"cell_type": "code", "source": source, "metadata": {}, "outputs": list(outputs)}
    return {"cells": [text, code | {"execution_count": 1}]}


def shown(book: dict) -> list[dict[str, str]]:
    changed, _ = for_site(book, "exercises/01_x", BAR, PAD)
    return [one["data"] for one in changed["cells"][1]["outputs"]]


# Cards


def test_the_cards_name_every_notebook_in_order_with_the_readmes_accuracies(root: Path):
    lessons = read_lessons(root / "notebooks")
    assert [one.name for one in lessons] == [path.stem for path in NOTEBOOKS]
    readme = (root / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d+)\. ([^\]]+)\].* \| ([\d.]+) % \|$", readme, re.M)
    assert [(x.number, x.title, f"{100 * x.accuracy:.2f}") for x in lessons] == rows
    assert all(re.fullmatch(r"\d+ minutes?", one.minutes) for one in lessons)


def test_the_picture_on_a_card_is_a_figure_of_its_notebook(root: Path):
    for lesson in read_lessons(root / "notebooks"):
        figures = ipynb.figures(ipynb.read(root / "notebooks" / f"{lesson.name}.ipynb"))
        assert base64.b64encode(lesson.picture).decode() in [png.strip() for png, _ in figures]


def test_a_notebook_that_the_start_page_leaves_out_is_named(root: Path, tmp_path: Path):
    for name in ("00_start_here.md", *(path.name for path in NOTEBOOKS)):
        shutil.copy(root / "notebooks" / name, tmp_path / name)
    shutil.copy(NOTEBOOKS[0], tmp_path / "99_another.ipynb")
    with pytest.raises(ValueError, match=r"00_start_here.md: no item for 99_another"):
        read_lessons(tmp_path)


# Notebooks as pages


def test_a_figure_becomes_a_file_that_the_page_shows_with_its_text_and_size():
    figure = output(
        {"image/png": base64.b64encode(PNG).decode(), "text/plain": "Figure"},
        **{"image/png": {"alt": 'A "line" < 3'}},
    )
    book = book_of(figure, copy.deepcopy(figure))
    before = copy.deepcopy(book)
    changed, files = for_site(book, "exercises/01_x", BAR, PAD)
    assert book == before
    assert files == {"exercises-01_x-1.png": PNG, "exercises-01_x-2.png": PNG}
    second = changed["cells"][1]["outputs"][1]["data"]
    assert list(second) == ["text/html"]
    assert 'src="../../figures/exercises-01_x-2.png"' in second["text/html"]
    assert 'alt="A &quot;line&quot; &lt; 3"' in second["text/html"]
    assert 'width="30" height="20"' in second["text/html"]


def test_below_the_title_stands_the_bar():
    changed, _ = for_site(book_of(), "01_x", BAR, PAD)
    assert changed["cells"][0]["source"].split("\n\n") == ["# A title", BAR, "Text."]


def test_the_pad_becomes_the_drawing_page_and_a_record_its_line():
    pad = output({"text/plain": "Drawing pad: cnn."})
    source = "pad = lab.handwriting.Pad(networks, digits)\npad"
    assert shown(book_of(pad, source=source)) == [{"text/html": PAD}]
    record = output({"application/vnd.mnist-lab.result+json": "{}", "text/plain": "Record"})
    assert shown(book_of(record)) == [{"text/plain": "Record"}]


def test_a_table_scrolls_by_itself_and_has_no_empty_heading():
    table = "<table><tr><th></th><th>a</th></tr></table>"
    [data] = shown(book_of(output({"text/html": table, "text/plain": "a"})))
    assert data["text/html"].startswith('<div class="scroll"')
    assert "<tr><td></td><th>a</th></tr>" in data["text/html"]


def test_only_the_result_of_a_cell_that_compares_a_guess_is_folded():
    line = {"output_type": "stream", "name": "stdout", "text": "1"}
    for source, tags in (("lab.compare_guess(x, 1, 'a')", ["hide-output"]), ("x = 1", None)):
        changed, _ = for_site(book_of(line, source=source), "01_x", BAR, PAD)
        assert changed["cells"][1]["metadata"].get("tags") == tags


# The reference


def test_the_reference_has_every_name_that_the_face_offers():
    pages = reference_pages()
    modules = {name for name in lab.__all__ if name in pages}
    entry = r"^\.\. (?:auto|py:data)\S*:: (?:mnist_lab\.)?(?:{part}\.)?(\w+)$"
    documented = set(re.findall(entry, pages["lab"], re.M))
    assert documented == set(lab.__all__) - modules - {"keras"}
    for part in ("plots", "evaluation", "handwriting", "training", "data"):
        names = re.findall(entry.replace("{part}", part), pages[part], re.M)
        assert sorted(names) == sorted(getattr(lab, part).__all__)
