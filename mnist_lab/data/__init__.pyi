from . import digits, download, formats
from .digits import Dataset, Digits, load_digits
from .formats import DataError

__all__ = ["DataError", "Dataset", "Digits", "digits", "download", "formats", "load_digits"]
