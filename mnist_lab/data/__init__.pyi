from .dataset import Dataset, Digits
from .digits import from_arrays, load_digits, load_images, resolve_source
from .errors import DataError
from .inverted import half_inverted

__all__ = [
    "DataError",
    "Dataset",
    "Digits",
    "from_arrays",
    "half_inverted",
    "load_digits",
    "load_images",
    "resolve_source",
]
