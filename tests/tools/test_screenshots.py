"""The screenshots of docs/ show the course as it is."""

import pytest
from PIL import Image

from tools import screenshots


@pytest.mark.parametrize("name", screenshots.SCREENSHOTS)
def test_a_screenshot_lists_the_notebooks_that_there_are(name: str):
    with Image.open(screenshots.FOLDER / f"{name}.png") as image:
        shown = image.info.get("Notebooks", "none")
    assert shown.split() == screenshots.notebooks(), "`make screenshots` takes them anew"
