"""The frontier: how accurate a network of at most so many weights can be, over several seeds."""

import time
from math import prod
from pathlib import Path
from typing import Annotated

import typer

import mnist_lab as lab
from benchmarks.accuracy import Seeds, Source, train_once
from benchmarks.frontier_rows import FRONTIER
from benchmarks.frontier_tables import figure, summary, tables
from benchmarks.markdown import Row
from benchmarks.results import complete, load_digits, read
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.files import atomic_write
from mnist_lab.requirements import installed
from mnist_lab.training import frontier as stored
from mnist_lab.training.recipes import Recipe

FILE = Path(__file__).with_name("frontier.json")
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def trained_weights(model: keras.Model) -> int:
    """Return how many numbers training chooses; the averages of a normalization are none."""
    return sum(prod(weight.shape) for weight in model.trainable_weights)


def shipped_weights(model: keras.Model) -> int:
    """Return how many numbers are left once each normalization is folded into the layer before it.

    Its factor and its averages then go into that layer's weights, and one number per channel is
    left, which is that layer's bias.
    """
    return sum(
        prod(weight.shape)
        for layer in model.layers
        for weight in layer.trainable_weights
        if not (isinstance(layer, keras.layers.BatchNormalization) and weight is layer.gamma)
    )


@app.command()
def main(
    wanted: Annotated[
        list[str] | None, typer.Argument(help=f"Rows: {', '.join(FRONTIER)}; all without a name.")
    ] = None,
    seeds: Seeds = 5,
    source: Source = "auto",
    output: Annotated[
        Path, typer.Option(help="The file of results; what it holds already is not run again.")
    ] = FILE,
) -> None:
    """Train each row's network with several seeds; the test digits are used once per seed.

    The committed results also go into the package, where notebook 10 finds their means.
    """
    names = wanted or list(FRONTIER)
    for name in names:
        if name not in FRONTIER:
            raise typer.BadParameter(f"{name!r} is no row; expected one of {', '.join(FRONTIER)}")
    digits = load_digits(source, output)

    def run(plan: Recipe, digits: Digits, seed: int) -> Row:
        start = time.process_time()
        model, row = train_once(plan, digits, seed)
        row["cpu_seconds"] = round(time.process_time() - start, 1)
        result = lab.evaluate(model, digits.test)
        return row | {
            "weights": trained_weights(model),
            "shipped_weights": shipped_weights(model),
            "builder": plan.builder,
            "test_accuracy": result.accuracy,
            "test_loss": result.loss,
            "tensorflow": installed("tensorflow"),
            "keras": installed("keras"),
        }

    for name in names:
        complete("frontier", {"row": name}, FRONTIER[name].recipe, seeds, digits, output, run)
    results = read(output)
    figure(results).savefig(output.with_suffix(".png"), dpi=110, metadata={"Software": None})
    if output.resolve() == FILE.resolve():
        with atomic_write(stored.PATH) as stream:
            stream.write(summary(results).to_csv(lineterminator="\n"))
    print(tables(results))


if __name__ == "__main__":
    app()
