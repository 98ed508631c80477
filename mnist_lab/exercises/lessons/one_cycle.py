"""A learning rate that rises and falls, as a function of the steps."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _one_cycle(
    steps: int,
    highest: float,
    *,
    first: float = 1 / 25,
    turn: float = 0.3,
    last: float = 0.0,
    done: int = 0,
) -> np.ndarray:
    """Return the learning rate of each step: it rises to the highest, and falls to 0."""
    part = (np.arange(steps) + done) / steps
    return highest * np.interp(part, [0, turn, 1], [first, 1, last])


def _in_two_parts(
    steps: int, highest: float, *, rise: Any = None, fall: Any = None, at_turn: bool = False
) -> np.ndarray:
    """Return rates of two lines, functions of the part that is done; at the turn, of the first."""
    part = np.arange(steps) / steps
    up = 1 / 25 + 24 / 25 * part / 0.3 if rise is None else rise(part)
    down = (1 - part) / 0.7 if fall is None else fall(part)
    return highest * np.where(part <= 0.3 if at_turn else part < 0.3, up, down)


def _too_high(steps: int, highest: float) -> np.ndarray:
    """Return the lower of two lines, of which the first rises by the highest rate."""
    part = np.arange(steps) / steps
    return highest * np.minimum(1 / 25 + part / 0.3, (1 - part) / 0.7)


def _joined(steps: int, highest: float) -> np.ndarray:
    """Return the rates of two pieces, each with both its ends."""
    turn = int(0.3 * steps)
    pieces = np.linspace(highest / 25, highest, turn), np.linspace(highest, 0, steps - turn)
    return np.concatenate(pieces)


def _down_to_zero(steps: int, highest: float) -> np.ndarray:
    """Return rates of which the last is 0."""
    return highest * np.interp(np.linspace(0, 1, steps), [0, 0.3, 1], [1 / 25, 1, 0])


def _trainings(rng: np.random.Generator) -> list[Case]:
    """Return numbers of steps and highest rates."""
    return [
        Case("ten steps up to a rate of 1", (10, 1.0)),
        Case("two hundred steps", (200, 0.008)),
        Case("seven steps", (7, 0.5)),
        Case("one step", (1, 0.1)),
        Case("other steps", (int(rng.integers(300, 900)), float(rng.uniform(0.001, 0.02)))),
    ]


def _draw_rates(function: Any) -> Any:
    from mnist_lab.plots import line_plot

    rates = np.asarray(function(200, 0.008), float).tolist()
    return line_plot({"one cycle": (range(200), rates)}, xlabel="step", ylabel="learning rate")


RATES = Exercise(
    name="02.4",
    title="A learning rate that rises and falls",
    function="one_cycle",
    right=_one_cycle,
    cases=_trainings,
    misconceptions=(
        Misconception(
            "begins at 0",
            "The first rate is a 25th of the highest, not 0: with a rate of 0, the first step"
            " would change nothing.",
            lambda steps, highest: _one_cycle(steps, highest, first=0),
        ),
        Misconception(
            "never falls",
            "The way up is right. After three tenths of the steps, the rate falls to 0.",
            lambda steps, highest: _one_cycle(steps, highest, last=1),
        ),
        Misconception(
            "turns in the middle",
            "The highest rate comes after three tenths of the steps, not after half of them.",
            lambda steps, highest: _one_cycle(steps, highest, turn=0.5),
        ),
        *(
            Misconception(
                "jumps at the top",
                "The way up is right. Where it ends, the rate drops at once: three tenths of the"
                " way down seem to have been walked already. The fall begins at the highest rate.",
                lambda steps, highest, at_turn=at_turn: _in_two_parts(
                    steps, highest, fall=lambda part: 1 - part, at_turn=at_turn
                ),
            )
            for at_turn in (True, False)
        ),
        *(
            Misconception(
                "rises by the highest rate",
                "Where 0.3 of the training is done, what does your line for the rise give? It"
                " begins at a 25th of the highest rate, so how far does it have to rise?",
                wrong,
            )
            for wrong in (
                lambda steps, highest: _in_two_parts(
                    steps, highest, rise=lambda part: 1 / 25 + part / 0.3
                ),
                lambda steps, highest: _in_two_parts(
                    steps, highest, rise=lambda part: 1 / 25 + part / 0.3, at_turn=True
                ),
                _too_high,
            )
        ),
        *(
            Misconception(
                "rises over the whole training",
                "The way up is too flat: it would take the whole training. How long may it take?",
                lambda steps, highest, at_turn=at_turn: _in_two_parts(
                    steps, highest, rise=lambda part: 1 / 25 + 24 / 25 * part, at_turn=at_turn
                ),
            )
            for at_turn in (True, False)
        ),
        Misconception(
            "falls over the whole training",
            "The way up is right. The fall begins well, but is too flat to reach 0 at the end: it"
            " has only 0.7 of the training.",
            lambda steps, highest: _in_two_parts(
                steps, highest, fall=lambda part: 1 - (part - 0.3)
            ),
        ),
        Misconception(
            "two pieces with both their ends",
            "Each of your two pieces holds both its ends: so the highest rate comes twice, and the"
            " last rate is 0. Which part of the training is done before each step?",
            _joined,
        ),
        Misconception(
            "falls to a 25th",
            "The way up is right. Look at the last rates: the fall ends at 0, not where the rise"
            " began.",
            lambda steps, highest: _one_cycle(steps, highest, last=1 / 25),
        ),
        Misconception(
            "counts the steps from 1",
            "Your rates are one step ahead: before the first step, nothing is done yet.",
            lambda steps, highest: _one_cycle(steps, highest, done=1),
        ),
        Misconception(
            "the last step has the rate 0",
            "Before the last step, not all is done yet. What is `step / steps` there?",
            _down_to_zero,
        ),
        Misconception(
            "forgets the highest rate",
            "These are shares of the highest rate. Multiply.",
            lambda steps, highest: _one_cycle(steps, 1.0),
        ),
    ),
    why="`lab.train` does it with `schedule='one_cycle'`, in the training of this rung.",
    figure=_draw_rates,
)
