"""Pictures from any file that Pillow opens, upright and in color."""

import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from mnist_lab import checks

MOST_PIXELS = 50_000_000
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1", b"ftypheim")


class PictureError(ValueError):
    """A picture cannot be read; the message says why and what to do."""


def read_image(source: str | Path | np.ndarray) -> np.ndarray:
    """Read a picture upright, in color, with 8 bits a channel.

    A camera's note on how it was held (EXIF) is followed. Where a picture is transparent, it lies
    on white paper, or on black if what is drawn on it is white.

    Args:
        source: A file that Pillow can open, of up to 50 megapixels; .heic too if the package
            pillow-heif is installed. Or an array (height, width) of gray levels or (height, width,
            1 to 4) of channels, uint8 or float in [0, 1].

    Returns:
        The picture as RGB, uint8 (height, width, 3).

    Raises:
        PictureError: It is no such picture (a ValueError).

    Example:
        >>> lab.handwriting.read_image(np.zeros((20, 30))).shape
        (20, 30, 3)
    """
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if not isinstance(source, (str, Path)) or not str(source).strip():
        raise PictureError(str(checks.invalid("image", source, "a file's path, or an array")))
    return _from_file(Path(source).expanduser())


def _from_array(array: np.ndarray) -> np.ndarray:
    """Return an array of gray levels or channels as RGB."""
    if array.ndim not in (2, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] > 4):
        expected = "(height, width), or (height, width, channels) with 1 to 4 channels"
        raise PictureError(str(checks.invalid("image.shape", array.shape, expected)))
    _check_size("The array", array.shape[1], array.shape[0])
    if array.dtype == bool:
        array = array.astype(np.float32)
    if np.issubdtype(array.dtype, np.floating):
        # NaN fails the comparison too.
        if not (array.min() >= 0 and array.max() <= 1):
            raise PictureError(
                f"image holds values from {array.min():g} to {array.max():g};"
                " expected 0 to 1, or bytes from 0 to 255 as uint8."
            )
        array = np.rint(array * 255).astype(np.uint8)
    if array.dtype != np.uint8:
        raise PictureError(str(checks.invalid("image.dtype", str(array.dtype), "uint8 or float")))
    channels = array.reshape(*array.shape[:2], -1)
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels.shape[2]]
    picture = Image.fromarray(channels[..., 0] if mode == "L" else channels, mode=mode)
    return _in_color(picture)


def _from_file(path: Path) -> np.ndarray:
    """Return the picture in a file as RGB."""
    name = checks.one_line(path.name or path, 80)
    if not path.exists():
        raise PictureError(f"{name}: there is no such file.")
    if path.is_dir():
        raise PictureError(f"{name}: is a folder; expected a picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on huge and on odd pictures; both are answered here
            _register_heif()
            with Image.open(path) as picture:
                _check_size(name, *picture.size)
                return _in_color(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except PermissionError as error:
        raise PictureError(f"{name}: may not be read. Check its permissions.") from error
    except Exception as error:  # damaged pictures raise errors of Pillow, struct, zlib and others
        raise PictureError(f"{name}: {_reason(path, error)}") from error


def _reason(path: Path, error: Exception) -> str:
    """Return why Pillow cannot read a file, and the way out."""
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        return "is empty (0 bytes). Copy it anew."
    if start[4:12] in _HEIC:
        return (
            "is a HEIC photo. Run `pip install pillow-heif`, or save the photo as JPEG"
            " (iPhone: Settings, Camera, Formats, Most Compatible)."
        )
    if isinstance(error, Image.DecompressionBombError):
        return f"is too large; expected at most {MOST_PIXELS // 10**6} megapixels."
    if isinstance(error, Image.UnidentifiedImageError):
        return "is no picture; expected JPEG, PNG or another format that Pillow opens."
    return f"is damaged ({checks.one_line(error, 100)}). Save it anew as PNG or JPEG."


def _register_heif() -> None:
    """Teach Pillow to open HEIC, the format of iPhones, if pillow-heif is installed."""
    if find_spec("pillow_heif"):
        import_module("pillow_heif").register_heif_opener()


def _check_size(name: str, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureError(
            f"{name}: has {width:,} x {height:,} pixels; expected at most"
            f" {MOST_PIXELS // 10**6} megapixels. Make it smaller first."
        )


def _in_color(picture: Image.Image) -> np.ndarray:
    """Return a picture of any mode as uint8 (height, width, 3)."""
    if picture.mode[0] in "IF":  # 16 and 32 bits, and floats, whose scale no file tells
        return np.repeat(_stretched(np.asarray(picture, np.float64))[..., None], 3, axis=2)
    if picture.has_transparency_data:
        return _on_paper(np.asarray(picture.convert("RGBA")))
    if picture.mode == "LAB":
        from skimage.color import lab2rgb

        return np.rint(lab2rgb(_lab_values(picture)) * 255).astype(np.uint8)
    return np.asarray(picture.convert("RGB"))


def _lab_values(picture: Image.Image) -> np.ndarray:
    """Return lightness in [0, 100] and a, b in [-128, 127] from Pillow's bytes."""
    lab = np.asarray(picture)
    signed = lab[..., 1:].view(np.int8).astype(float)
    return np.concatenate([lab[..., :1] * (100 / 255), signed], axis=2)


def _stretched(levels: np.ndarray) -> np.ndarray:
    """Return gray levels of any scale as uint8, the least as 0 and the largest as 255."""
    finite = np.isfinite(levels)
    if not finite.any():
        raise PictureError("The picture holds no finite gray level.")
    low, high = levels[finite].min(), levels[finite].max()
    scaled = (np.clip(levels, low, high) - low) / max(high - low, np.finfo(float).tiny)
    return np.rint(np.where(finite, scaled, 0) * 255).astype(np.uint8)


def _on_paper(rgba: np.ndarray) -> np.ndarray:
    """Lay a transparent picture on paper on which its ink is seen.

    What is opaque is ink where most of the picture is transparent. White ink is laid on black.
    """
    color, opacity = rgba[..., :3].astype(np.float32), rgba[..., 3:].astype(np.float32) / 255
    weight = float(opacity.sum())
    mean = float((color.mean(axis=2, keepdims=True) * opacity).sum()) / max(weight, 1.0)
    paper = 0.0 if mean > 127.5 and weight < 0.5 * opacity.size else 255.0
    return np.rint(color * opacity + paper * (1 - opacity)).astype(np.uint8)
