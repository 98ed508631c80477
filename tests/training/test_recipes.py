"""Recipes build and train what they say, and agree with the parameters of the notebooks."""

import inspect
import json
from unittest.mock import MagicMock

import pytest

import mnist_lab as lab
from mnist_lab import models
from mnist_lab.files import course_folder
from mnist_lab.runs.notebook import notebook_parameters
from mnist_lab.training.recipes import recipe, recipe_names

ALL = [
    (network, name)
    for network in ("single_layer", "one_hidden_layer", "mlp", "cnn")
    for name in recipe_names(network)
]


@pytest.mark.parametrize(("network", "name"), ALL)
def test_a_recipe_names_arguments_that_exist(network, name):
    plan = recipe(network, name)
    assert set(plan.network) <= set(inspect.signature(getattr(models, network)).parameters)
    assert set(plan.training) <= set(inspect.signature(lab.train).parameters) - {
        "model",
        "digits",
        "seed",
    }
    model = plan.model(seed=3)
    assert model.name == network
    assert model.count_params() < (300_000 if network == "mlp" else 100_000)


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_recipes_come_in_the_order_of_their_length(network):
    epochs = [
        recipe(network, name).training["epochs"]
        for name in recipe_names(network)
        if name != "plain"
    ]
    assert len(epochs) == 3
    assert epochs == sorted(epochs)
    assert "plain" not in recipe_names(network)[1:]


@pytest.mark.parametrize(
    ("notebook", "network"),
    [
        ("01_single_layer", "single_layer"),
        ("02_one_hidden_layer", "one_hidden_layer"),
    ],
)
def test_the_plain_recipe_is_what_the_notebook_has_in_its_parameters(notebook, network):
    plan = recipe(network, "plain")
    inferred = notebook_parameters(course_folder() / f"{notebook}.ipynb")
    settings = {**plan.network, **plan.training}
    # The schedule of notebook 2 is explained there, and not a parameter.
    schedule = settings.pop("schedule", None)
    text = (course_folder() / f"{notebook}.ipynb").read_text(encoding="utf-8")
    assert schedule is None or text.count(f'schedule=\\"{schedule}\\"') >= 1
    for key, value in settings.items():
        assert eval(inferred[key]["default"], {}) == value, key


def test_the_experiments_of_notebook_3_are_those_of_the_plain_recipe():
    notebook = course_folder() / "03_multi_layer_perceptron.ipynb"
    plan = recipe("mlp", "plain")
    epochs = eval(notebook_parameters(notebook)["epochs"]["default"], {})
    variables = {"seed": 0, "repeats": 1, "epochs": epochs, "few": None}
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    exec(next(source for source in sources if "def accuracies" in source), variables)
    settings = {**variables["settings"], "learning_rate": 0.002}
    assert settings == {**plan.training, "verbose": False}
    assert sum("[0.002], **settings" in source for source in sources) == 1


def test_parts_of_a_recipes_network_can_be_changed():
    names = [layer.name for layer in recipe("mlp", "long").model(hidden_layers=[30]).layers]
    assert names == ["flatten", "hidden_1", "batch_normalization_1", "activation_1", "output"]
    model = recipe("mlp", "default").model(activation="tanh", hidden_layers=None)
    assert model.get_layer("hidden_2").activation.__name__ == "tanh"
    assert model.get_layer("hidden_2").units == 200
    with pytest.raises(ValueError, match="dropout=2 cannot be used"):
        recipe("mlp", "default").model(dropout=2)


def test_an_argument_of_none_leaves_the_network_as_it_is_whether_the_recipe_names_it_or_not():
    plan = recipe("mlp", "default")
    model = plan.model(hidden_layers=None, dropout=None, activation=None)
    assert [layer.name for layer in model.layers] == [layer.name for layer in plan.model().layers]
    assert model.get_layer("hidden_1").activation.__name__ == "relu"


@pytest.mark.parametrize(("network", "name"), ALL)
def test_changing_a_recipe_in_hand_changes_no_other(network, name):
    before = repr(recipe(network, name))
    plan = recipe(network, name)
    plan.training["epochs"] = 0
    plan.network["seed"] = 0
    for value in plan.network.values():
        if isinstance(value, list):
            value.append(0)
    assert repr(recipe(network, name)) == before


def cells_that_build(notebook, **parameters):
    """Run the cells that check parameters or name the plan, without training; return variables."""
    stub = MagicMock(recipe=lab.recipe, models=lab.models, checks=lab.checks)
    stub.training.OPTIMIZERS = lab.training.OPTIMIZERS
    stub.train.side_effect = lambda model, *_, **__: setattr(model, "history", MagicMock())
    defaults = {
        name: eval(given["default"], {}) for name, given in notebook_parameters(notebook).items()
    }
    variables = {
        "settings": {},
        **dict.fromkeys(["digits", "few"], MagicMock()),
        **defaults,
        **parameters,
        "lab": stub,
    }
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for source in ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]:
        if ("plan" in source and "record(" not in source) or "lab.checks." in source:
            exec(source, variables)
    return variables


def test_a_recipe_without_distortion_is_refused_where_the_notebook_compares_with_one():
    with pytest.raises(ValueError, match="one of quick, default, long"):
        cells_that_build(course_folder() / "03_multi_layer_perceptron.ipynb", recipe="plain")


def test_what_the_notebooks_say_of_their_recipes_networks_is_so():
    # Notebook 3: the plain network has the layers of the plain recipe. Notebook 5: blocks of 16, 32
    # and 64, of two convolutions in the long recipe.
    assert (
        recipe("mlp", "default").network
        == recipe("mlp", "quick").network
        == recipe("mlp", "plain").network
    )
    assert recipe("mlp", "long").network == {
        "hidden_layers": [200] * 4,
        "batch_normalization": True,
    }
    assert (
        recipe("cnn", "default").network
        == recipe("cnn", "quick").network
        == {"filters": [16, 32, 64]}
    )
    assert recipe("cnn", "long").network["convolutions"] == 2


def test_networks_of_up_to_200_stay_within_200_a_layer():
    for name in recipe_names("mlp"):
        assert max(recipe("mlp", name).network["hidden_layers"]) <= 200
    for name in recipe_names("cnn"):
        assert recipe("cnn", name).model().count_params() <= 35_000


@pytest.mark.slow
def test_a_quick_recipe_trains():
    plan = recipe("mlp", "quick")
    model = plan.model()
    history = lab.train(model, lab.load_digits("sample", train_size=1000), **plan.training)
    assert history.history["val_accuracy"][-1] > 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "name"), [("mlp", "default"), ("mlp", "long"), ("cnn", "default"), ("cnn", "long")]
)
def test_recipes_made_for_all_the_digits_read_with_a_twentieth_of_them_too(network, name):
    plan, digits = recipe(network, name), lab.load_digits("sample", train_size=2500)
    model = plan.model()
    lab.train(model, digits, verbose=False, **plan.training)
    assert lab.evaluate(model, digits.validation).accuracy > 0.9


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match="one of plain, quick, default, long"):
        recipe("mlp", "slow")
    with pytest.raises(ValueError, match="did you mean 'cnn'"):
        recipe("cn", "default")
