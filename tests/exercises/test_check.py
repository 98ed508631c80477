"""check() shows the verdict as text, and as a line with a mark where pages are drawn."""

import pytest

import mnist_lab as lab
from mnist_lab.exercises.check import Reply
from mnist_lab.exercises.judge import Verdict


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_verdict_is_shown_as_text(capsys):
    lab.check("01.1", lambda sums: sums)
    assert capsys.readouterr().out.startswith(
        "01.1 ✖ Tried three sums, `softmax(np.array([2., 1., 0.]))`"
    )


def test_what_a_reader_wrote_is_shown_as_text_on_a_page():
    page = Reply("01.1", Verdict("another value", "Tried `<b>`: <script>."))._repr_html_()
    assert "<code>&lt;b&gt;</code>: &lt;script&gt;." in page
    assert "01.1 ✖" in page
    assert "01.1 ✔" in Reply("01.1", Verdict("right", "Right."))._repr_html_()


@pytest.mark.parametrize("name", ["1.1", "01.9", "", None, 1.1, "../01.1", "01"])
def test_an_unknown_exercise_is_refused_by_name(name):
    with pytest.raises(ValueError, match="^exercise=.* cannot be used: expected one of 01.1"):
        lab.check(name, ...)
