"""A hand-in's lesson and term are found, whatever was renamed, and tricks are seen."""

import pytest

from mnist_lab.marking.hand_in import PRELUDE, read_hand_in, to_run
from tests.helpers.hand_ins import SOLVED, hand_in_of


@pytest.mark.parametrize(
    ("cells", "file", "lesson"),
    [
        (['lab.check("02.3", pair_weights)'], "x.ipynb", "02"),
        (["lab.check('02.3', pair_weights, term=4)"], "01_single_layer.ipynb", "02"),
        (['lab.check("02.1", x)\nlab.check("02.2", y)'], "01_single_layer.ipynb", "02"),
        (["x = 1"], "ada_12_34_03_multi_layer_perceptron.ipynb", "03"),
        (["def softmax(sums):\n    return sums"], "homework.ipynb", "01"),
    ],
)
def test_the_lesson_is_that_of_checks_file_or_functions(cells, file, lesson):
    assert read_hand_in(hand_in_of(*cells), file).notebook == lesson


def test_a_notebook_of_no_lesson_is_refused():
    with pytest.raises(ValueError, match="it belongs to no lesson"):
        read_hand_in(hand_in_of("print(1)"), "holiday.ipynb")


def test_the_term_is_that_of_the_checks():
    cells = ['lab.check("01.4", n, term=3)', 'lab.check("01.1", softmax)']
    assert read_hand_in(hand_in_of(cells[0])).term == 3
    assert read_hand_in(hand_in_of(*cells), term=7).term == 7
    assert read_hand_in(hand_in_of("term = 1.0 / 2", cells[1])).term == 0
    assert read_hand_in(hand_in_of(cells[1])).term == 0


@pytest.mark.parametrize(
    ("cell", "replaced"),
    [
        ("lab.check = print", True),
        ("import mnist_lab\nmnist_lab.check = lambda *a: None", True),
        ("setattr(lab, 'check', print)", True),
        ('lab.check("01.1", softmax)', False),
        ("check = 3", False),
        ("not python (", False),
    ],
)
def test_code_that_replaces_the_check_is_seen(cell, replaced):
    content = hand_in_of('lab.check("01.1", softmax)', cell)
    assert read_hand_in(content).replaces_check == replaced


def test_a_saved_output_that_says_right_is_seen():
    content = hand_in_of(SOLVED, outputs="01.1 ✔ Right, on all inputs.")
    assert read_hand_in(content).said_right == {"01.1"}


def test_what_is_run_is_the_learners_code_alone():
    book = to_run(read_hand_in(hand_in_of(SOLVED, "x = 1")), "in", "out", skip=[2])
    sources = [cell.source for cell in book.cells]
    assert sources[:3] == [PRELUDE, SOLVED, ""]
    assert sources[3].endswith("collect('in', 'out', globals())")
