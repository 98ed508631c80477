"""How much of generated pages is read: the share of their digits, per kind of page and of all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mnist_lab.handwriting.generated.page import GeneratedPage
from mnist_lab.handwriting.photos.alignment import score

if TYPE_CHECKING:
    import pandas as pd


def shares_read(
    read: Sequence[Sequence[int | None]], pages: Sequence[GeneratedPage]
) -> "pd.Series":
    """Return the share of the digits on generated pages that were read.

    What was read of a page is compared with what is written on it, digit by digit. An error is a
    digit that is wrong, missing, or too many. The share is 1 minus the errors per written digit;
    with more errors than digits, it is below 0.

    Args:
        read: What was read of each page, in reading order; None, "not a digit", counts as nothing.
        pages: The pages, as `make_page` returns them, equally many.

    Returns:
        The share of each kind of page, in the order of the pages, and last of "all".

    Raises:
        ValueError: There are no pages, or another number of readings.

    Example:
        >>> test = lab.load_digits("sample").test
        >>> page = lab.handwriting.make_page(test.images, test.labels, np.random.default_rng(0))
        >>> lab.handwriting.shares_read([sum(page.labels, ())], [page])["all"].item()
        1.0
    """
    import pandas as pd

    if not len(pages) or len(read) != len(pages):
        raise ValueError(
            f"shares_read got {len(read)} readings of {len(pages)} pages;"
            " expected one per page, and one page at least."
        )
    rows = []
    for found, page in zip(read, pages, strict=True):
        written = [digit for line in page.labels for digit in line]
        rows.append((page.kind, score(found, written).errors, len(written)))
    table = pd.DataFrame(rows, columns=["kind", "errors", "digits"])
    sums = table.groupby("kind", sort=False)[["errors", "digits"]].sum()
    sums.loc["all"] = sums.sum()
    return 1 - sums["errors"] / sums["digits"]
