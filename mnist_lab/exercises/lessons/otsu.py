"""An exercise to notebook 9 about ink and paper in a photo: Otsu's choice of a threshold."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _spread(dark: np.ndarray, light: np.ndarray) -> float:
    """Return how far two groups are apart, weighted by their shares of the pixels."""
    total = len(dark) + len(light)
    return len(dark) / total * len(light) / total * (dark.mean() - light.mean()) ** 2


def _best(
    value: Callable[[np.ndarray, np.ndarray], float] = _spread,
    belongs: Callable[[Any, float], Any] = lambda pixels, threshold: pixels < threshold,
    choose: Callable[[list[float]], Any] = np.argmax,
) -> Callable[[Any, Any], Any]:
    """Return a best_threshold(), with mistakes if other functions than Otsu's are given.

    Args:
        value: What a threshold is worth, from the pixels of its two groups.
        belongs: Says which pixels are in the first group.
        choose: Says which of the worths decides.
    """

    def best_threshold(picture: Any, thresholds: Any) -> Any:
        pixels, worth, tried = np.asarray(picture, float).ravel(), [], []
        for threshold in thresholds:
            first = belongs(pixels, threshold)
            if first.any() and not first.all():
                worth.append(value(pixels[first], pixels[~first]))
                tried.append(threshold)
        return tried[int(choose(worth))]

    return best_threshold


def _place_of_best(picture: Any, thresholds: Any) -> int:
    """Return the place of the best threshold in the list."""
    best = _best()(picture, thresholds)
    return int(np.flatnonzero(np.asarray(thresholds) == best)[0])


def _between_extremes(picture: Any, thresholds: Any) -> Any:
    """Return the threshold that is nearest to the middle between the darkest and the lightest."""
    thresholds = np.asarray(thresholds)
    middle = (np.min(picture) + np.max(picture)) / 2
    return thresholds[np.argmin(np.abs(thresholds - middle))]


def _near_the_mean(picture: Any, thresholds: Any) -> Any:
    """Return the threshold that is nearest to the mean of all pixels."""
    thresholds = np.asarray(thresholds)
    return thresholds[np.argmin(np.abs(thresholds - np.mean(picture)))]


def _undefined_for_empty(picture: Any, thresholds: Any) -> Any:
    """Return the first threshold that leaves a group empty, if there is one, as NaN decides."""
    pixels, worth = np.asarray(picture, float).ravel(), []
    for threshold in thresholds:
        dark, light = pixels[pixels < threshold], pixels[pixels >= threshold]
        # The mean of no pixels is NaN, and argmax takes NaN for the largest number.
        worth.append(_spread(dark, light) if len(dark) and len(light) else np.nan)
    return np.asarray(thresholds)[int(np.argmax(worth))]


def _page(rng: np.random.Generator, ink: float, paper: float, share: float) -> np.ndarray:
    """Return a noisy picture of ink and paper, with edges of all grays between the two.

    Thanks to the edges, no two thresholds that are 0.05 apart divide it in the same way.

    Args:
        rng: Draws the noise, and which pixels are ink.
        ink: The gray of ink.
        paper: The gray of paper.
        share: How much of the picture is ink.
    """
    picture = rng.normal(paper, 0.03, (20, 30))
    written = rng.random(picture.shape) < share
    picture[written] = rng.normal(ink, 0.03, int(written.sum()))
    picture[0] = np.linspace(ink, paper, 30)
    return picture.clip(0, 1)


def _pictures(rng: np.random.Generator) -> list[Case]:
    four = np.array([[0.1, 0.2], [0.8, 0.9]])
    at = np.array([[0.2, 0.2, 0.2], [0.5, 0.9, 0.9]])
    shifted = _page(rng, 0.45, 0.75, 0.1)
    shifted[1, :2] = [0.0, 0.02]  # two black specks, far from all the rest
    steps = np.arange(1, 20) / 20
    return [
        Case("two dark pixels and two light ones", (four, np.array([0.15, 0.5, 0.85]))),
        Case(
            "a pixel that is exactly at the best threshold", (at, np.array([0.5, 0.48, 0.6, 0.95]))
        ),
        Case("thresholds that leave a group empty", (_page(rng, 0.3, 0.7, 0.2), steps)),
        Case("pale ink on gray paper, and two black specks", (shifted, steps)),
        Case("little ink on light paper", (_page(rng, 0.2, 0.9, 0.03), steps[4:])),
        Case("thresholds in any order", (_page(rng, 0.4, 0.6, 0.3), rng.permutation(steps))),
    ]


OTSU = Exercise(
    name="09.4",
    title="A threshold that the picture chooses",
    function="best_threshold",
    right=_best(),
    cases=_pictures,
    misconceptions=(
        Misconception(
            "an empty group decides",
            "The mean of no pixels is NaN, and NumPy's `argmax` takes NaN for the largest number of"
            " all. Skip a threshold that leaves a group empty.",
            _undefined_for_empty,
        ),
        Misconception(
            "the place in place of the threshold",
            "This is the place of a threshold in the list. Asked is the threshold that stands"
            " there.",
            _place_of_best,
        ),
        Misconception(
            "the groups' sizes do not count",
            "The means alone are farthest apart when one group is a speck. Multiply by both shares"
            " of the pixels.",
            _best(value=lambda dark, light: (dark.mean() - light.mean()) ** 2),
        ),
        Misconception(
            "the difference is not squared",
            "Nearly. The difference of the means counts squared.",
            _best(value=lambda dark, light: len(dark) * len(light) * (light.mean() - dark.mean())),
        ),
        Misconception(
            "the worst in place of the best",
            "This threshold divides the picture worst. The *largest* number is wanted.",
            _best(choose=np.argmin),
        ),
        Misconception(
            "a pixel at the threshold is dark",
            "In the dark group are the pixels *below* the threshold. One that is equal to it is in"
            " the other.",
            _best(belongs=lambda pixels, threshold: pixels <= threshold),
        ),
        Misconception(
            "the middle between the extremes",
            "The middle between the darkest and the lightest pixel moves with a single speck. All"
            " pixels count.",
            _between_extremes,
        ),
        Misconception(
            "the mean of all pixels",
            "On a page there is far more paper than ink, so that the mean of all pixels is nearly"
            " paper. Try each threshold.",
            _near_the_mean,
        ),
    ),
    why="One rule then serves a pencil on gray paper and a black pen on white.",
)
