"""Builds the website: `python -m tools.website FOLDER --reader PAGE`."""

import argparse
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from tools.website.sources import ROOT, write_sources


def build(folder: Path, reader: Path) -> int:
    """Make the website; a warning of Sphinx counts as an error.

    Args:
        folder: The folder to make; files that are there already are made anew.
        reader: The page that reads digits, one file.

    Returns:
        0 for a good build, else Sphinx's exit code.
    """
    with tempfile.TemporaryDirectory() as work:
        sources = Path(work)
        write_sources(sources, reader)
        settings = str(ROOT / "docs" / "site")
        extra = f"html_extra_path={sources / 'files'}"
        options = ["-q", "-W", "--keep-going", "-j", "2", "-c", settings, "-D", extra]
        return sphinx([*options, "-d", str(sources / "doctrees"), str(sources / "pages"), str(folder)])


def main() -> int:
    """Read the command line, and build."""
    parser = argparse.ArgumentParser(description="Build the website.")
    parser.add_argument("folder", type=Path, help="the folder to make")
    parser.add_argument("--reader", type=Path, required=True, help="the page that reads digits")
    arguments = parser.parse_args()
    return build(arguments.folder, arguments.reader)


if __name__ == "__main__":
    sys.exit(main())
