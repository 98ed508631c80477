"""How much of generated pages is read: the share of their digits, per kind of page and of all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mnist_lab.evaluation.prediction import predict
from mnist_lab.handwriting.generated.page import GeneratedPage
from mnist_lab.handwriting.photos.alignment import score

if TYPE_CHECKING:
    import keras
    import pandas as pd


def shares_read(
    model: "keras.Model",
    images: Sequence[Sequence[np.ndarray] | np.ndarray],
    pages: Sequence[GeneratedPage],
) -> "pd.Series":
    """Return the share of digits that a network reads, in images cut out of generated pages.

    What is read of a page is compared with what is written on it, digit by digit. An error is a
    digit that is wrong, missing, or too many. The share is 1 minus the errors per written digit;
    with more errors than digits, it is below 0.

    Args:
        model: The network.
        images: Of each page, what was cut out in reading order, each (28, 28) in [0, 1].
        pages: The pages, as `make_page` returns them, equally many.

    Returns:
        The share of each kind of page, in the order of the pages, and last of "all".

    Raises:
        ValueError: There are no pages, or other numbers of pages and of images' lists.

    Example:
        >>> test = lab.load_digits("sample").test
        >>> page = lab.handwriting.make_page(test.images, test.labels, np.random.default_rng(0))
        >>> lab.handwriting.shares_read(lab.models.single_layer(), [[]], [page])["all"].item()
        0.0
    """
    import pandas as pd

    if not len(pages) or len(images) != len(pages):
        raise ValueError(
            f"shares_read got images of {len(images)} pages, and {len(pages)} pages;"
            " expected equally many, one at least."
        )
    flat = [image for page in images for image in page]
    answers = iter(predict(model, np.array(flat)).predictions.tolist() if flat else [])
    rows = []
    for cut_out, page in zip(images, pages, strict=True):
        written = [digit for line in page.labels for digit in line]
        found = score([next(answers) for _ in cut_out], written)
        rows.append((page.kind, found.errors, len(written)))
    sums = pd.DataFrame(rows, columns=["kind", "errors", "digits"]).groupby("kind", sort=False)
    table = sums.sum()
    table.loc["all"] = table.sum()
    return 1 - table["errors"] / table["digits"]
