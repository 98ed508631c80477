"""Which files of a folder are pictures, by their names."""

from pathlib import Path

from mnist_lab.data.formats import pictures

_ENDINGS = (*pictures.ENDINGS, ".avif", ".heic", ".heif", ".jfif")


def pictures_in(folder: Path) -> list[Path]:
    """Return the pictures of a folder in the order of their names, hidden ones left out.

    Raises:
        OSError: The folder cannot be read.
    """
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in _ENDINGS and not path.name.startswith(".") and path.is_file()
    )
