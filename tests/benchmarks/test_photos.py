"""The benchmark of reading photos counts, resumes, and makes its tables and its figure."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import typer
from PIL import Image

from benchmarks import photos, photos_figure, photos_tables
from mnist_lab.handwriting import EMPTY_KINDS, PAGE_KINDS, GeneratedPage


class Here:
    """A pool that works in this process."""

    def __init__(self, processes: int, mp_context: object) -> None: ...

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *error: object) -> None: ...

    map = staticmethod(map)


def small_page(kind: str, number: int) -> GeneratedPage:
    labels = () if kind in EMPTY_KINDS else ((1, 2), (3,))
    return GeneratedPage(np.full((8, 9, 3), 200, np.uint8), labels, np.zeros((0, 4)), kind)


@pytest.fixture
def reader(monkeypatch):
    """Reads every page as 1, 2, 7 and counts the pages."""
    asked = []

    def read_page(picture: object) -> SimpleNamespace:
        asked.append(picture)
        return SimpleNamespace(digits=(1, 2, 7, None))

    monkeypatch.setattr(photos, "read_page", read_page)
    monkeypatch.setattr(photos, "generated", small_page)
    monkeypatch.setattr(photos, "ProcessPoolExecutor", Here)
    return asked


def test_pages_are_read_once_and_later_runs_add_the_rest(reader, tmp_path: Path):
    file = tmp_path / "photos.json"
    photos.measure_pages(len(PAGE_KINDS), 2, file)
    first = len(reader)
    assert first == len(PAGE_KINDS) + len(EMPTY_KINDS)
    photos.measure_pages(len(PAGE_KINDS), 2, file)
    assert len(reader) == first
    photos.measure_pages(2 * len(PAGE_KINDS), 2, file)
    assert len(reader) == first + len(PAGE_KINDS)
    kinds = json.loads(file.read_text(encoding="utf-8"))["kinds"]
    assert kinds["ruled"].pop("seconds") > 0
    assert kinds["ruled"] == {"pages": 2, "digits": 6, "matches": 4, "substitutions": 2}
    assert kinds["blank"]["insertions"] == 3


def test_results_of_another_network_are_not_added_to(reader, tmp_path: Path):
    file = tmp_path / "photos.json"
    photos.measure_pages(1, 2, file)
    results = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**results, "network": "another"}), encoding="utf-8")
    assert photos.read_results(file)["kinds"] == {}


def test_a_folder_of_photos_is_read_by_its_labels(reader, tmp_path: Path):
    for name in ("a.png", "b.png"):
        Image.new("RGB", (20, 20), "white").save(tmp_path / name)
    text = "file,digits,kind,turn\na.png,1/2/7,page,0\nb.png,12,single,0\n"
    (tmp_path / "labels.csv").write_text(text, encoding="utf-8")
    photos.measure_photos(tmp_path, tmp_path / "photos.json")
    found = photos.read_results(tmp_path / "photos.json")["photos"]
    assert found["page"]["matches"] == 3
    assert found["single"]["insertions"] == 1


def test_a_photo_without_digits_counts_and_has_no_share(reader, tmp_path: Path):
    Image.new("RGB", (20, 20), "white").save(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_text("\ufefffile,digits,kind\na.png,,empty\n", "utf-8")
    photos.measure_photos(tmp_path, tmp_path / "photos.json")
    results = photos.read_results(tmp_path / "photos.json") | {"machine": "", "date": ""}
    assert "| empty | 1 | 0 | 0 | 0 | 0 | 3 | - |" in photos_tables.tables(results)


def test_photos_may_be_measured_without_pages(reader, tmp_path: Path, capsys):
    Image.new("RGB", (20, 20), "white").save(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_text("file,digits,kind\na.png,127,page\n", "utf-8")
    photos.main(pages=0, photos=tmp_path, processes=1, output=tmp_path / "photos.json")
    assert "| page | 1 | 3 | 3 |" in capsys.readouterr().out
    assert not (tmp_path / "photos_kinds.jpg").exists()


def test_a_folder_without_labels_is_refused_before_anything_is_read(reader, tmp_path: Path):
    with pytest.raises(typer.BadParameter, match=r"labels\.csv: there is no such file"):
        photos.measure_photos(tmp_path, tmp_path / "photos.json")
    (tmp_path / "labels.csv").write_text("file,label\na.png,1\n", encoding="utf-8")
    with pytest.raises(typer.BadParameter, match="has no columns digits, kind"):
        photos.measure_photos(tmp_path, tmp_path / "photos.json")
    assert reader == []


def test_the_same_number_makes_the_same_page_without_digits_too():
    first, again, other = (photos.generated("stains", number).picture for number in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


def row(**counts: float) -> dict[str, float]:
    return {"pages": 10, "digits": 200, "seconds": 8.0, **counts}


def test_the_tables_have_shares_per_kind_and_over_all():
    results = {
        "kinds": {
            "plain": row(matches=198, substitutions=1, deletions=1),
            "ruled": row(matches=180, deletions=20, insertions=10),
            "blank": {"pages": 4, "insertions": 2, "seconds": 1.0},
        },
        "photos": {"single": row(matches=200)},
        "seed": 0,
        "machine": "a machine",
        "date": "2026-11-01",
    }
    text = photos_tables.tables(results)
    assert "| plain | 10 | 200 | 198 | 1 | 1 | 0 | 99.0% |" in text
    assert "| ruled | 10 | 200 | 180 | 0 | 20 | 10 | 85.0% |" in text
    assert "| all | 20 | 400 | 378 | 1 | 21 | 10 | 92.0% |" in text
    assert "| blank | 4 | 2 |" in text
    assert "| single | 10 | 200 | 200 | 0 | 0 | 0 | 100.0% |" in text
    assert "0.7 s per page" in text
    assert "a machine, 2026-11-01." in text


def test_the_figure_shows_a_page_of_each_kind(tmp_path: Path):
    kinds = {"plain": row(matches=199, deletions=1), "blank": {"pages": 4}}
    assert photos_figure.title("plain", kinds["plain"]) == "plain: 99.5%"
    assert photos_figure.title("blank", kinds["blank"]) == "blank: 0.0 per page"
    photos_figure.write_figure(kinds, small_page, tmp_path / "kinds.jpg")
    with Image.open(tmp_path / "kinds.jpg") as image:
        assert image.width > 1000
