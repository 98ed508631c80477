"""Builds the website: `python -m tools.website FOLDER`."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from tools.website.sources import ROOT, write_sources


def build(folder: Path) -> int:
    """Make the website; what Sphinx warns of counts as an error.

    Args:
        folder: The folder to make; it stays as it is where the build fails.

    Returns:
        0 for a good build, else Sphinx's exit code.
    """
    with tempfile.TemporaryDirectory() as work:
        sources = Path(work)
        write_sources(sources)
        options = ["--quiet", "--fail-on-warning", "--jobs", "2"]
        options += ["--conf-dir", str(ROOT / "docs" / "site")]
        options += ["--define", f"html_extra_path={sources / 'files'}"]
        options += ["--doctree-dir", str(sources / "doctrees")]
        # MyST-NB writes beside what it makes, so that is copied when it is there.
        made = sources / "site"
        code = sphinx([*options, str(sources / "pages"), str(made)])
        if code == 0:
            shutil.copytree(made, folder, dirs_exist_ok=True)
        return code


def main() -> int:
    """Read the command line, and build."""
    parser = argparse.ArgumentParser(description="Build the website.")
    parser.add_argument("folder", type=Path, help="the folder to make")
    return build(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
