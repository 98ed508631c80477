"""Recipes build and train what they say, and agree with the parameters of the notebooks."""

import inspect

import pytest

import mnist_lab as lab
from mnist_lab import models, training
from mnist_lab.recipes import names, recipe
from mnist_lab.results import course_folder
from mnist_lab.running import parameters_of

ALL = [(network, name) for network in ("single_layer", "one_hidden_layer", "mlp", "cnn") for name in names(network)]


@pytest.mark.parametrize(("network", "name"), ALL)
def test_a_recipe_names_arguments_that_exist(network, name):
    plan = recipe(network, name)
    assert set(plan.network) <= set(inspect.signature(getattr(models, network)).parameters)
    assert set(plan.training) <= set(inspect.signature(training.train).parameters) - {"model", "digits", "seed"}
    model = plan.model(seed=3)
    assert model.name == network
    assert model.count_params() < (300_000 if network == "mlp" else 100_000)


@pytest.mark.parametrize("network", ["one_hidden_layer", "mlp", "cnn"])
def test_recipes_come_in_the_order_of_their_length(network):
    epochs = [recipe(network, name).training["epochs"] for name in names(network) if name not in ("plain", "quick")]
    assert epochs == sorted(epochs)


@pytest.mark.parametrize(
    ("notebook", "network"),
    [("01_single_layer", "single_layer"), ("02_one_hidden_layer", "one_hidden_layer"), ("03_multi_layer_perceptron", "mlp")],
)
def test_the_plain_recipe_is_what_the_notebook_has_in_its_parameters(notebook, network):
    plan = recipe(network, "plain")
    inferred = parameters_of(course_folder() / f"{notebook}.ipynb")
    for key, value in {**plan.network, **plan.training}.items():
        # Notebook 3 takes the layers of its recipe, so that one parameter asks for the long one.
        assert eval(inferred[key]["default"], {}) == (None if key == "hidden_layers" else value), key


def test_parts_of_a_recipes_network_can_be_changed():
    model = recipe("mlp", "long").model(hidden_layers=[30])
    assert model.get_layer("hidden_1").units == 30
    assert "hidden_2" not in [layer.name for layer in model.layers]
    assert recipe("mlp", "long").model(activation="tanh").count_params() == recipe("mlp", "long").model().count_params()


@pytest.mark.parametrize(
    ("notebook", "network", "parameter"),
    [("03_multi_layer_perceptron", "mlp", "hidden_layers"), ("05_convolutional_network", "cnn", "filters")],
)
def test_one_parameter_takes_the_long_recipe_with_its_network(notebook, network, parameter):
    inferred = parameters_of(course_folder() / f"{notebook}.ipynb")
    assert inferred[parameter]["default"] == "None"
    assert inferred["recipe"]["default"].strip('"') == "default"
    assert recipe(network, "long").network[parameter] != recipe(network, "default").network[parameter]


def test_networks_of_up_to_200_stay_within_200_a_layer():
    for name in names("mlp"):
        assert max(recipe("mlp", name).network["hidden_layers"]) <= 200
    for name in names("cnn"):
        assert recipe("cnn", name).model().count_params() <= 35_000


def test_a_quick_recipe_trains():
    plan = recipe("mlp", "quick")
    model = plan.model()
    history = lab.train(model, lab.load_digits("sample", train_size=1000), **plan.training)
    assert history.history["val_accuracy"][-1] > 0.5


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match="one of plain, quick, default, long"):
        recipe("mlp", "slow")
    with pytest.raises(ValueError, match="did you mean 'cnn'"):
        recipe("cn", "default")
