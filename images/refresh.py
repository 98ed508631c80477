"""Takes the README's figures out of the executed notebooks: run by `make notebooks`."""

import base64
import json
from pathlib import Path

from mnist_lab import plots
from mnist_lab.results import course_folder, read_records

# The figure that a README picture is: its notebook, and the last line of the cell that draws it.
FIGURES = {
    "01_weights": ("01_single_layer", "lab.plots.weight_pictures(kernel, titles=range(10))"),
    "02_activations": ("02_one_hidden_layer", "lab.plots.activations("),
    "03_schedule": ("03_multi_layer_perceptron", "lab.plots.comparison(by_schedule,"),
    "05_feature_maps": ("05_convolutional_network", "lab.plots.feature_maps(maps[0]"),
    "04_confusion": ("04_error_analysis", "lab.plots.confusion_heatmap(result)"),
}


def figure_of(notebook: str, line: str) -> bytes:
    """Return the picture (PNG) of the one cell of a course notebook whose last line begins so."""
    cells = json.loads((course_folder() / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    (cell,) = [cell for cell in cells if cell["cell_type"] == "code" and cell["source"][-1].startswith(line)]
    (picture,) = [output["data"]["image/png"] for output in cell["outputs"] if "image/png" in output.get("data", {})]
    return base64.b64decode(picture)


def main() -> None:
    """Write each picture beside this file."""
    folder = Path(__file__).resolve().parent
    for name, (notebook, line) in FIGURES.items():
        (folder / f"{name}.png").write_bytes(figure_of(notebook, line))
    # Software and date in the file would make each run's differ.
    plots.ladder(read_records()).savefig(folder / "ladder.png", metadata={"Software": None})


if __name__ == "__main__":
    main()
