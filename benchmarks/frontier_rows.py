"""The rows of the frontier: at most how many weights, and which recipe was chosen for them."""

from typing import NamedTuple

from mnist_lab.training.recipes import Recipe


class Frontier(NamedTuple):
    """One row: its title, the most weights it may train (None: any number), and its recipe."""

    title: str
    limit: int | None
    recipe: Recipe


_TRAINING = {
    "batch_size": 128,
    "learning_rate": 0.01,
    "schedule": "one_cycle",
    "ema_momentum": 0.999,
    "distortion": 0.7,
    "distortion_cooldown": 0.3,
}

FRONTIER: dict[str, Frontier] = {
    "1000": Frontier(
        title="at most 1,000 weights",
        limit=1_000,
        recipe=Recipe(
            builder="separable_cnn",
            network={"blocks": [[6], [10, 11], [11, 12]]},
            training={
                "epochs": 60,
                "batch_size": 128,
                "learning_rate": 0.03,
                "schedule": "one_cycle",
                "ema_momentum": 0.99,
                "distortion": 0.3,
                "distortion_cooldown": 0.3,
            },
        ),
    ),
    "5000": Frontier(
        title="at most 5,000 weights",
        limit=5_000,
        recipe=Recipe(
            builder="separable_cnn",
            network={"blocks": [[14], [30], [38], [50]]},
            training={
                "epochs": 24,
                "batch_size": 128,
                "learning_rate": 0.02,
                "schedule": "one_cycle",
                "ema_momentum": 0.99,
                "distortion": 0.6,
                "distortion_cooldown": 0.3,
            },
        ),
    ),
    "10000": Frontier(
        title="at most 10,000 weights",
        limit=10_000,
        recipe=Recipe(
            builder="separable_cnn",
            network={"blocks": [[20], [48], [56], [72]]},
            training={
                "epochs": 24,
                "batch_size": 128,
                "learning_rate": 0.02,
                "schedule": "one_cycle",
                "label_smoothing": 0.05,
                "ema_momentum": 0.99,
                "distortion": 1.0,
                "distortion_cooldown": 0.3,
            },
        ),
    ),
    "20000": Frontier(
        title="at most 20,000 weights",
        limit=20_000,
        recipe=Recipe(
            builder="separable_cnn",
            network={"blocks": [[24], [72], [88], [98]]},
            training={
                "epochs": 24,
                "batch_size": 128,
                "learning_rate": 0.02,
                "schedule": "one_cycle",
                "label_smoothing": 0.05,
                "ema_momentum": 0.99,
                "distortion": 1.0,
                "distortion_cooldown": 0.3,
            },
        ),
    ),
    "35000": Frontier(
        title="at most 35,000 weights",
        limit=35_000,
        recipe=Recipe(
            builder="cnn",
            network={"filters": [8, 24, 40], "convolutions": 2},
            training={
                **_TRAINING,
                "epochs": 66,
                "learning_rate": 0.008,
                "label_smoothing": 0.05,
                "distortion": 1.0,
            },
        ),
    ),
    "mlp-200": Frontier(
        title="dense layers of at most 200",
        limit=None,
        recipe=Recipe(
            builder="mlp",
            network={"hidden_layers": [200] * 4, "batch_normalization": True},
            training={
                "epochs": 1000,
                "batch_size": 256,
                "learning_rate": 0.004,
                "schedule": "linear",
                "label_smoothing": 0.05,
                "ema_momentum": 0.9995,
                "distortion": 1.0,
                "distortion_cooldown": 0.2,
            },
        ),
    ),
    "relu-100": Frontier(
        title="one hidden layer of 100 ReLU",
        limit=None,
        recipe=Recipe(
            builder="one_hidden_layer",
            network={"units": 100},
            training={
                "epochs": 1000,
                "batch_size": 128,
                "learning_rate": 0.008,
                "schedule": "one_cycle",
                "ema_momentum": 0.9995,
                "distortion": 0.6,
            },
        ),
    ),
}
