"""trained_network(): a network of the course, trained: from a file, as it comes, or on the spot."""

import os
from typing import TYPE_CHECKING

from mnist_lab import checks, keras_adapt
from mnist_lab.checks import IntLike
from mnist_lab.data.dataset import Digits
from mnist_lab.pretrained import WITH_RECIPES, pretrained, record_of
from mnist_lab.training.loop import train
from mnist_lab.training.recipes import recipe as find_recipe

if TYPE_CHECKING:
    import keras


def trained_network(
    name: str,
    digits: Digits,
    seed: IntLike = 0,
    file: str | os.PathLike = "",
    recipe: str = "default",
) -> "keras.Model":
    """Return a trained network of the course, and print where it comes from.

    A network must not be judged by digits that it has learned from. The course's own was trained
    on full MNIST; so it is taken only where the digits are divided as they were then.

    Args:
        name: "mlp" (notebook 3) or "cnn" (notebook 6); with the recipe "plain" also
            "single_layer" or "one_hidden_layer".
        digits: From load_digits; used to train where the course's own network cannot be taken.
        seed: That of `digits`, and of the training.
        file: A .keras file to load instead, such as one that notebook 3 saved; "" means none.
        recipe: "default", "quick" or "plain", how to train; see `recipe`.

    Returns:
        The model.

    Raises:
        ValueError: A name, a recipe or a file that cannot be used.

    Example:
        >>> digits = lab.load_digits("sample", train_size=500)
        >>> model = lab.trained_network("mlp", digits, recipe="quick")
        A network trained now on 500 digits, by the recipe quick.
    """
    checks.choice("name", name, WITH_RECIPES)
    seed = checks.seed(seed)
    plan = find_recipe(name, recipe)
    if file:
        model = keras_adapt.load(file)
        print(f"The network in {os.path.basename(file)}.")
        return model
    if recipe == record_of(name)["recipe"] and is_pretrained_on(name, digits, seed):
        print(f'The course\'s own network, lab.models.pretrained("{name}").')
        return pretrained(name)
    model = plan.model(seed)
    train(model, digits, seed=seed, on_interrupt="keep", verbose=False, **plan.training)
    print(f"A network trained now on {len(digits.train):,} digits, by the recipe {recipe}.")
    return model


def is_pretrained_on(name: str, digits: Digits, seed: int) -> bool:
    """Return whether the course's own network learned from these training digits, and no others."""
    record = record_of(name)
    return (digits.source, digits.sizes, seed) == (
        record["data"]["source"],
        {part: record["data"][part] for part in digits.sizes},
        record["seed"],
    )
