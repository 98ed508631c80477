"""`mnist-lab sheet` writes a PDF of one page, and overwrites nothing unasked."""

import re
from pathlib import Path

from typer.testing import CliRunner

from mnist_lab.cli.app import app


def run(*words: str | Path):
    return CliRunner().invoke(app, ["sheet", *map(str, words)])


def test_the_sheet_is_one_page_that_fits_on_a4_and_on_letter(tmp_path: Path):
    done = run("--output", tmp_path / "new" / "sheet.pdf")
    assert done.exit_code == 0, done.output
    content = (tmp_path / "new" / "sheet.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    [box] = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", content)
    width, height = (float(side) / 72 * 25.4 for side in box)
    assert 200 < width <= 210.01  # A4 is the narrower
    assert 270 < height <= 279.41  # Letter is the lower


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path):
    path = tmp_path / "sheet.pdf"
    path.write_text("mine", encoding="utf-8")
    done = run("--output", path)
    assert done.exit_code == 2
    assert "--overwrite" in done.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("--output", path, "--overwrite").exit_code == 0
    assert path.read_bytes().startswith(b"%PDF-")


def test_a_folder_or_another_kind_of_file_is_refused_in_a_sentence(tmp_path: Path):
    assert "is a folder" in run("--output", tmp_path).stderr
    assert "a sheet is a PDF" in run("--output", tmp_path / "sheet.png").stderr
    (tmp_path / "file").touch()
    done = run("--output", tmp_path / "file" / "sheet.pdf")
    assert done.exit_code == 2
    assert f"cannot be written ({tmp_path / 'file'} is a file)" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
