from .dataset import Dataset, Digits
from .digits import load_digits, resolve_source
from .formats import DataError
from .inverted import half_inverted

__all__ = [
    "DataError",
    "Dataset",
    "Digits",
    "half_inverted",
    "load_digits",
    "resolve_source",
]
