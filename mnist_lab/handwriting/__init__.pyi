from .collecting import Collected, collect
from .collection import append_to_collection, load_collection
from .generated.empty import EMPTY_KINDS, make_empty_page
from .generated.page import PAGE_KINDS, GeneratedPage, make_page
from .generated.shares import shares_read
from .halves import split_in_halves
from .pad import Pad
from .photo import PHOTO_DIGITS, load_photo
from .photos.alignment import Score, score
from .photos.find import find_digits
from .photos.image import PictureError, read_image
from .photos.page import FoundDigit, Page, Reading
from .photos.reading import read_page, read_pages
from .predictor import PadPrediction, Predictor
from .preprocessing import (
    center_by_mass,
    crop_to_ink,
    paste_enlarged,
    preprocess,
    resize,
    resize_only,
    resize_to_fit,
)
from .sheets.printing import write_sheet
from .squares import cut_squares
from .strokes import CANVAS_SIZE, PEN_WIDTH, Drawing, Stroke, load_recorded, rasterize, read_strokes

__all__ = [
    "CANVAS_SIZE",
    "EMPTY_KINDS",
    "PAGE_KINDS",
    "PEN_WIDTH",
    "PHOTO_DIGITS",
    "Collected",
    "Drawing",
    "FoundDigit",
    "GeneratedPage",
    "Pad",
    "PadPrediction",
    "Page",
    "PictureError",
    "Predictor",
    "Reading",
    "Score",
    "Stroke",
    "append_to_collection",
    "center_by_mass",
    "collect",
    "crop_to_ink",
    "cut_squares",
    "find_digits",
    "load_collection",
    "load_photo",
    "load_recorded",
    "make_empty_page",
    "make_page",
    "paste_enlarged",
    "preprocess",
    "rasterize",
    "read_image",
    "read_page",
    "read_pages",
    "read_strokes",
    "resize",
    "resize_only",
    "resize_to_fit",
    "score",
    "shares_read",
    "split_in_halves",
    "write_sheet",
]
