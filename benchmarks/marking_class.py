"""A class of learners who hand in the exercises of notebook 1, each with the right verdicts."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np

from mnist_lab import ipynb
from mnist_lab.exercises import lessons
from mnist_lab.exercises.catalogue import exercises_of
from mnist_lab.exercises.exercise import Exercise, Misconception, Question
from mnist_lab.files import course_folder
from tests.helpers.hand_ins import ALL_RIGHT, HOSTILE, SOLVED, hand_in_of

LESSON = "01"
FILE = "01_single_layer.ipynb"
NOT_MARKED = {"": "not marked"}

# The same exercises in other words than those of the solutions.
_LOOPS = """
import math
def softmax(sums):
    top = max(sums)
    odds = [math.exp(one - top) for one in sums]
    return [one / sum(odds) for one in odds]
def mean_loss(probabilities, labels):
    return sum(-math.log(row[label]) for row, label in zip(probabilities, labels)) / len(labels)
def gradient_step(weights, biases, pixels, labels, rate):
    new_weights, new_biases = weights.copy(), biases.copy()
    for picture, label in zip(pixels, labels):
        errors = np.array(softmax(picture @ weights + biases))
        errors[label] -= 1
        new_weights -= rate / len(pixels) * np.outer(picture, errors)
        new_biases -= rate / len(pixels) * errors
    return [new_weights, new_biases]"""
_SCIPY = """
from scipy.special import log_softmax, softmax
from sklearn.metrics import log_loss
mean_loss = lambda p, y: -np.log(np.take_along_axis(p, y[:, None], axis=1)).mean(dtype=float)
class Step:
    def __call__(self, weights, biases, pixels, labels, rate):
        errors = np.exp(log_softmax(pixels @ weights + biases, axis=1))
        errors[range(len(labels)), labels] -= 1
        return weights - rate * (pixels.T @ errors / len(errors)), biases - rate * errors.mean(0)
gradient_step = Step()
print(log_loss([0, 1], [0.2, 0.9]))"""
_TABLES = """
import functools, pandas
def shares(odds, axis): return odds / odds.sum(axis=axis)
def softmax(sums):
    return pandas.Series(shares(np.exp(sums - np.max(sums)), axis=None))
def losses(kind, rows, labels):
    return np.float64(getattr(np, kind)([-np.log(rows[i, y]) for i, y in enumerate(labels)]))
mean_loss = functools.partial(losses, "mean")
numbers_to_learn, largest_rate = "20,410", str(largest_rate)"""
_TENSORS = """
import tensorflow as tf
def softmax(sums): return tf.nn.softmax(tf.constant(sums))
def mean_loss(probabilities, labels):
    picked = tf.gather(tf.constant(probabilities), labels, axis=1, batch_dims=1)
    return tf.reduce_mean(-tf.math.log(picked))"""
_CHATTY = """
%matplotlib inline
import matplotlib.pyplot as plt, warnings
warnings.warn("a warning")
plt.plot(softmax(np.arange(10.0))); plt.show()
for number in range(20_000): print("still", number)
assert abs(sum(softmax(np.arange(3.0))) - 1) < 1e-9
1 / 0"""
_SECOND_THOUGHTS = """
def gradient_step(weights, biases, pixels, labels, rate):
    weights, biases = np.copy(weights), np.copy(biases)
    z = pixels @ weights + biases
    p = np.exp(z) / np.exp(z).sum(axis=1).reshape(-1, 1)
    p[np.arange(len(labels)), labels] -= 1.0
    weights -= rate * np.mean(pixels[:, :, None] * p[:, None, :], axis=0)
    biases -= rate * np.mean(p, axis=0)
    return weights, biases"""
_FIRST_THOUGHTS = "def gradient_step(*_): return None\ndef softmax(x): return x"


@dataclass(frozen=True)
class Learner:
    """A hand-in, and what is to be found in it.

    Attributes:
        kind: Such as "right", "one mistake" or "hostile".
        what: Which of its kind it is.
        content: The bytes of its file.
        expected: The verdict on each exercise; `NOT_MARKED` if there is nothing to mark.
        file: The name of the file.
    """

    kind: str
    what: str
    content: bytes
    expected: dict[str, str]
    file: str = FILE


def the_class(size: int, seed: int) -> list[Learner]:
    """Return so many learners: one of each kind, and then those with several mistakes.

    Of a class that is too small for all kinds, every so many are left out.
    """
    rng = np.random.default_rng(seed)
    singles = [*_right(), *_one_mistake(), *_untouched(), *_hostile(), *_no_notebook()]
    if size < len(singles):
        places = np.linspace(0, len(singles) - 1, size).round().astype(int)
        return [singles[place] for place in places]
    several = _several_mistakes(rng)
    found = singles + [next(several) for _ in range(size - len(singles))]
    return [found[place] for place in rng.permutation(len(found))]


def write_class(learners: Sequence[Learner], folder: Path) -> dict[str, Learner]:
    """Write hand-ins as Moodle exports them, and return the learners by name."""
    named = {f"Learner {number:03}": one for number, one in enumerate(learners)}
    for number, (name, one) in enumerate(named.items()):
        own = folder / f"{name}_{1000 + number}_assignsubmission_file"
        own.mkdir(parents=True)
        (own / one.file).write_bytes(one.content)
    return named


def _book(*cells: str) -> bytes:
    return json.dumps(hand_in_of(*cells)).encode()


def _right() -> Iterator[Learner]:
    """Yield solutions in several styles, and the course's own."""
    solutions = (course_folder() / "solutions" / FILE).read_bytes()
    yield Learner("right", "the course's solutions", solutions, ALL_RIGHT)
    styles = {
        "plain": (SOLVED,),
        "loops and lists": (SOLVED, _LOOPS),
        "SciPy, lambdas and a class": (SOLVED, _SCIPY),
        "a pandas column, a partial and texts": (SOLVED, _TABLES),
        "tensors": (SOLVED, _TENSORS),
        "prints, draws and fails afterwards": (SOLVED, _CHATTY),
        "a first try above": (_FIRST_THOUGHTS, SOLVED, _SECOND_THOUGHTS),
        "one line a cell": tuple(SOLVED.split("\n\n")),
    }
    for what, cells in styles.items():
        yield Learner("right", what, _book(*cells), ALL_RIGHT)


def _mistakes() -> dict[str, list[Misconception]]:
    return {name: list(own.misconceptions) for name, own in exercises_of(LESSON).items()}


def _one_mistake() -> Iterator[Learner]:
    """Yield each planted mistake by itself."""
    for name, mistakes in _mistakes().items():
        for mistake in mistakes:
            cells = (SOLVED, _code(exercises_of(LESSON)[name], mistake))
            expected = ALL_RIGHT | {name: mistake.name}
            yield Learner("one mistake", f"{name} {mistake.name}", _book(*cells), expected)


def _several_mistakes(rng: np.random.Generator) -> Iterator[Learner]:
    """Yield mistakes in each exercise, or none, or no answer, by lot."""
    exercises = exercises_of(LESSON)
    for number in count():
        cells, expected = [SOLVED], dict(ALL_RIGHT)
        for name, mistakes in _mistakes().items():
            lot = rng.random()
            if lot < 0.2:
                cells.append(f"{_name(exercises[name])} = ...")
                expected[name] = "untouched"
            elif lot < 0.75:
                mistake = mistakes[rng.integers(len(mistakes))]
                cells.append(_code(exercises[name], mistake))
                expected[name] = mistake.name
        yield Learner("several mistakes", str(number), _book(*cells), expected)


def _untouched() -> Iterator[Learner]:
    """Yield exercises as they are handed out, and other ways to write nothing."""
    nothing = dict.fromkeys(ALL_RIGHT, "untouched")
    handed_out = course_folder() / "exercises" / FILE
    yield Learner("untouched", "as handed out", handed_out.read_bytes(), nothing)
    functions = [own for own in exercises_of(LESSON).values() if isinstance(own, Exercise)]
    for body in ("pass", "return ...", "return", "'''Later.'''"):
        code = "\n".join(f"def {own.function}(*given): {body}" for own in functions)
        expected = ALL_RIGHT | dict.fromkeys((own.name for own in functions), "untouched")
        yield Learner("untouched", body, _book(SOLVED, code), expected)
    cells = ipynb.code_cells(ipynb.read(handed_out))
    checks = [cell["source"] for cell in cells if cell["source"].startswith("lab.check")]
    expected = dict.fromkeys(ALL_RIGHT, "missing")
    yield Learner("untouched", "all but the checks deleted", _book(*checks), expected)


def _hostile() -> Iterator[Learner]:
    for what, own in HOSTILE.items():
        yield Learner("hostile", what, _book(*own.cells), ALL_RIGHT | own.changed)


def _no_notebook() -> Iterator[Learner]:
    """Yield what cannot be marked, and a notebook with another ending that can."""
    whole = _book(SOLVED)
    yield Learner("no notebook", "half a file", whole[: len(whole) // 2], NOT_MARKED)
    yield Learner("no notebook", "an empty file", b"", NOT_MARKED)
    yield Learner("no notebook", "a PDF", b"%PDF-1.7", NOT_MARKED, "homework.pdf")
    yield Learner("no notebook", "of no lesson", _book("print(1)"), NOT_MARKED, "holiday.ipynb")
    yield Learner("right", "capital letters", whole, ALL_RIGHT, "01_SINGLE_LAYER.IPYNB")


def _name(exercise: Exercise | Question) -> str:
    return exercise.answer if isinstance(exercise, Question) else exercise.function


def _code(exercise: Exercise | Question, mistake: Misconception) -> str:
    """Return a cell that makes a mistake: a number, or a function that travels whole."""
    if isinstance(exercise, Question):
        return f"{exercise.answer} = {_plain(mistake.wrong(**exercise.numbers(0)))!r}"
    cloudpickle.register_pickle_by_value(lessons)
    packed = base64.b64encode(cloudpickle.dumps(mistake.wrong)).decode("ascii")
    return (
        f"import base64, pickle\n{exercise.function} = pickle.loads(base64.b64decode('{packed}'))"
    )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
