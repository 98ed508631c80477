"""Packs the figures of the executed notebooks, and takes the README's out of them: run by `make notebooks`."""

import base64
import json
from io import BytesIO
from pathlib import Path

import nbformat
from PIL import Image

from mnist_lab import plots
from mnist_lab.files import course_folder
from mnist_lab.records import read_records

# The figure that a README picture is: its notebook, and the last line of the cell that draws it.
FIGURES = {
    "01_weights": ("01_single_layer", "lab.plots.weight_images(kernel, titles=range(10))"),
    "02_activations": ("02_one_hidden_layer", "lab.plots.activations("),
    "03_schedule": ("03_multi_layer_perceptron", "lab.plots.strip_plot(by_schedule,"),
    "05_feature_maps": ("05_convolutional_network", "lab.plots.feature_maps(maps[0]"),
    "04_confusion": ("04_error_analysis", "lab.plots.confusion_heatmap(result)"),
}


def packed(picture: bytes) -> bytes:
    """Return a PNG with a palette of 256 colours: a third of the size, and no difference that one sees."""
    image = Image.open(BytesIO(picture))
    if image.mode != "P":
        image = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def pack(notebook: Path) -> None:
    """Pack the figures of an executed notebook, in place."""
    content = nbformat.read(notebook, as_version=4)
    for cell in content.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = base64.b64encode(
                    packed(base64.b64decode(data["image/png"]))
                ).decode()
    nbformat.write(content, notebook)


def figure_of(notebook: str, line: str) -> bytes:
    """Return the picture (PNG) of the one cell of a course notebook whose last line begins so."""
    cells = json.loads((course_folder() / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    (cell,) = [
        cell
        for cell in cells
        if cell["cell_type"] == "code" and cell["source"][-1].startswith(line)
    ]
    (picture,) = [
        output["data"]["image/png"]
        for output in cell["outputs"]
        if "image/png" in output.get("data", {})
    ]
    return base64.b64decode(picture)


def main() -> None:
    """Pack the notebooks' figures; write each picture of the README beside this file."""
    folder = Path(__file__).resolve().parent.parent / "docs" / "images"
    for notebook in course_folder().glob("*.ipynb"):
        pack(notebook)
    for name, (notebook, line) in FIGURES.items():
        (folder / f"{name}.png").write_bytes(figure_of(notebook, line))
    # Software and date in the file would make each run's differ.
    plots.ladder(read_records()).savefig(folder / "ladder.png", metadata={"Software": None})


if __name__ == "__main__":
    main()
