"""The ladder of a run is the notebooks before it, as a figure and as a table."""

import mnist_lab as lab
from mnist_lab.plots import records
from mnist_lab.plots.runs import ladder
from mnist_lab.record_schema import parse_record
from tests.helpers.runs import record_content, write_notebook


def test_the_ladder_of_a_run_is_shown_as_a_figure_and_returned_as_a_table(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(records, "display", shown.append)
    for name in ("01_a", "02_b", "03_c"):
        write_notebook(tmp_path / f"{name}.ipynb", record_content({}) | {"notebook": name})
    run = parse_record(record_content({}) | {"notebook": "02_b"})
    table = lab.show_ladder(run, folder=tmp_path)
    assert table.index.tolist() == ["01_a", "02_b"]
    (figure,) = shown
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[:2] == ["01 a", "02 b"]
    assert len(labels) == len(ladder([run]).axes[0].get_yticklabels()) + 1
