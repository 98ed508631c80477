"""Digits with every second image inverted, which no linear classifier can learn."""

from dataclasses import replace

from mnist_lab.data.dataset import Dataset, Digits


def half_inverted(digits: Digits) -> Digits:
    """Return the same digits with paper and ink exchanged in every second image of each part.

    Args:
        digits: From load_digits.

    Returns:
        Digits of the same sizes and labels; pixel p of an inverted image has become 1 - p.

    Example:
        >>> mixed = lab.data.half_inverted(lab.load_digits("sample", train_size=100))
        >>> bool(mixed.train.images[1].mean() > 0.5)
        True
    """

    def inverted(dataset: Dataset) -> Dataset:
        stored = dataset.as_uint8()
        if stored is not None:  # so that a training can keep them as bytes
            stored = stored.copy()
            stored[1::2] = 255 - stored[1::2]
            return Dataset.from_bytes(stored, dataset.labels)
        images = dataset.images.copy()
        images[1::2] = 1 - images[1::2]
        return Dataset(images, dataset.labels)

    return replace(
        digits,
        train=inverted(digits.train),
        validation=inverted(digits.validation),
        test=inverted(digits.test),
    )
