"""Refuses pickles, which run their author's code when they are opened, with the way out."""

import re

from mnist_lab.data.errors import DataError

# Protocols 2 to 5, and what Python 2 wrote for lists, dicts and objects.
_START = re.compile(rb"\x80[\x02-\x05]|\(?[ldt]p\d+\n|\(*c[\w.]+\n\w+\n|[\]}(]q")


def is_pickle(start: bytes) -> bool:
    """Return whether a file that starts with these bytes is a pickle."""
    return _START.match(start) is not None


def refusal(name: str, gzipped: bool) -> DataError:
    """Return the error for a pickle, with the two lines that convert it elsewhere.

    Args:
        name: The file's name.
        gzipped: Whether it is packed with gzip, as in mnist.pkl.gz.
    """
    opened = f"gzip.open({name!r})" if gzipped else f"open({name!r}, 'rb')"
    return DataError(
        f"{name}: is a pickle. Opening one runs whatever its author put in, so it is never opened"
        " here. If you trust the author, convert it in a Python of its own, and read the mnist.npz"
        " that comes of it. Line 1: import gzip, pickle, numpy; train, *_, test ="
        f" pickle.load({opened}, encoding='latin1')   Line 2: numpy.savez('mnist.npz',"
        " x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])"
    )
