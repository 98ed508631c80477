"""A sweep is compared with another one in the settings and over the seeds that both have."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mnist_lab.cli.app import app
from mnist_lab.record_schema import Record, parse_record
from mnist_lab.runs.comparison import compare_sweeps, write_comparison
from tests.helpers.runs import record_content, write_about, write_run


def contents(gain: float, widths: tuple[int, ...], seeds: tuple[int, ...], epochs: int) -> list:
    return [
        record_content(
            {"hidden_layers": [width], "seed": seed, "epochs": epochs, "note": "<b>"},
            validation=0.9 + width / 10_000 + seed / 1_000 + gain * (1 + seed / 50),
        )
        for width in widths
        for seed in seeds
    ]


def records(*arguments) -> list[Record]:
    return [parse_record(content) for content in contents(*arguments)]


def write_sweep(folder: Path, *arguments) -> Path:
    folder.mkdir()
    for index, content in enumerate(contents(*arguments)):
        write_run(folder, f"toy-{index}", content)
    return folder


def test_only_settings_and_seeds_that_both_have_are_compared():
    first = records(0.0, (50, 100, 200), (0, 1, 2), 5)
    second = records(0.01, (100, 200, 400), (1, 2, 3), 10)
    compared = compare_sweeps(first, second)
    assert compared.table["seeds"].to_dict() == {"hidden_layers [100]": 2, "hidden_layers [200]": 2}
    assert compared.only_first == ["hidden_layers [50]"]
    assert compared.only_second == ["hidden_layers [400]"]
    # Seeds 1 and 2: 0.01 * (1 + 0.02) and 0.01 * (1 + 0.04).
    assert compared.table["difference"].to_list() == pytest.approx([0.0103, 0.0103])
    assert compared.table["first"]["hidden_layers [100]"] == pytest.approx(0.9115)


def test_a_setting_with_other_seeds_is_listed_for_both():
    compared = compare_sweeps(records(0, (50, 60), (0,), 5), records(0, (50, 60), (1,), 5))
    assert compared.table.empty
    assert (
        compared.only_first == compared.only_second == ["hidden_layers [50]", "hidden_layers [60]"]
    )


def test_test_accuracies_are_compared_where_a_run_has_no_other():
    first = records(0, (50,), (0, 1), 5)
    second = [parse_record(record_content({"hidden_layers": [50], "seed": 0}, None, 0.7))]
    compared = compare_sweeps(first, second)
    assert compared.score == "test"
    assert compared.table["second"].to_list() == [0.7]
    assert compare_sweeps(first, first).score == "validation"


def test_the_page_shows_what_was_compared_and_what_else_differs(tmp_path: Path):
    first = write_sweep(tmp_path / "<i>", 0.0, (50, 100), (0, 1, 2), 5)
    second = write_sweep(tmp_path / "second", 0.01, (100, 200), (0, 1, 2), 10)
    write_comparison(first, second, tmp_path / "comparison.html", "mnist-lab report <x>")
    page = re.sub(r">\s+<", "><", (tmp_path / "comparison.html").read_text(encoding="utf-8"))
    assert "second compared with &lt;i&gt;" in page
    assert "mnist-lab report &lt;x&gt;" in page
    # 0.9 + 0.01 + (0 + 0.001 + 0.002) / 3, and 0.01 * (1 + 1 / 50) more.
    row = '<td class="number">3</td><td class="number">91.10%</td><td class="number">92.12%'
    assert row in page
    assert "<td>better</td>" in page
    assert "hidden_layers [50]" in page and "hidden_layers [200]" in page
    assert '<th scope="row">epochs</th><td class="number">5</td><td class="number">10</td>' in page
    assert not re.search("<[bi]>", page)


def test_a_folder_without_good_runs_is_refused_and_no_page_is_written(tmp_path: Path):
    good = write_sweep(tmp_path / "good", 0, (50,), (0,), 5)
    (tmp_path / "bad").mkdir()
    write_about(tmp_path / "bad", "toy-1", problem="broken")
    with pytest.raises(ValueError, match="bad: holds no good run"):
        write_comparison(good, tmp_path / "bad", tmp_path / "comparison.html")
    assert not (tmp_path / "comparison.html").exists()


def test_the_command_writes_report_and_comparison(tmp_path: Path):
    first = write_sweep(tmp_path / "first", 0.0, (50, 100), (0, 1, 2), 5)
    second = write_sweep(tmp_path / "second", 0.01, (50, 100), (0, 1, 2), 5)
    done = CliRunner().invoke(app, ["report", str(first), "--compare", str(second)])
    assert done.exit_code == 0, done.output
    assert "2 settings in both: 2 better." in " ".join(done.output.split())
    assert (first / "report.html").is_file() and (first / "comparison.html").is_file()
    assert not (second / "comparison.html").exists()
    both = CliRunner().invoke(app, ["report", str(first), str(second), "--compare", str(second)])
    assert both.exit_code == 2
    assert "takes one sweep beside its own, not 2" in both.output
