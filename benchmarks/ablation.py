"""The ablation study: recipes with one thing changed, measured on validation digits only."""

from typing import Any

from mnist_lab.training.augmentation import DistortionLimits

# (network, recipe) -> name of the change -> arguments of the builder or of train().
ABLATION: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("one_hidden_layer", "plain"): {
        "unchanged": {},
        "linear schedule": {"schedule": "linear"},
        "constant rate of 0.001": {"schedule": "constant", "learning_rate": 1e-3},
        "weight decay 0.1": {"weight_decay": 0.1},
        "label smoothing 0.1": {"label_smoothing": 0.1},
        "40 epochs": {"epochs": 40},
    },
    ("one_hidden_layer", "default"): {
        "60 epochs": {"epochs": 60},
        "60 epochs, label smoothing 0.05": {"epochs": 60, "label_smoothing": 0.05},
        "60 epochs, distortion cooldown 0.2": {"epochs": 60, "distortion_cooldown": 0.2},
        "60 epochs, distortion 1.0": {"epochs": 60, "distortion": 1.0},
    },
    ("mlp", "plain"): {
        "unchanged": {},
        "weight decay 0.2": {"weight_decay": 0.2},
        "label smoothing 0.1": {"label_smoothing": 0.1},
        "weight decay 0.2, label smoothing 0.1": {"weight_decay": 0.2, "label_smoothing": 0.1},
        "dropout 0.2": {"dropout": 0.2},
        "EMA of the weights, momentum 0.999": {"ema_momentum": 0.999},
        "one-cycle schedule": {"schedule": "one_cycle", "learning_rate": 4e-3},
        "four layers": {"hidden_layers": [200] * 4},
        "40 epochs": {"epochs": 40},
    },
    ("mlp", "default"): {
        "unchanged": {},
        "label smoothing 0.05": {"label_smoothing": 0.05},
        "EMA of the weights, momentum 0.999": {"ema_momentum": 0.999},
        "one-cycle schedule": {"schedule": "one_cycle"},
        "no distortion cooldown": {"distortion_cooldown": 0.0},
        "no distortion": {"distortion": 0.0},
        "no elastic distortion": {"distortion": DistortionLimits(elastic_std=0)},
        "elastic distortion alone": {
            "distortion": DistortionLimits(rotation=0, scale=0, shear=0, translate=0)
        },
        "one layer": {"hidden_layers": [200]},
        "four layers": {"hidden_layers": [200] * 4},
        "two layers of 100": {"hidden_layers": [100, 100]},
    },
    ("mlp", "long"): {
        "100 epochs": {"epochs": 100},
        "100 epochs, learning rate 0.002, no batch normalization": {
            "epochs": 100,
            "batch_normalization": False,
            "learning_rate": 2e-3,
        },
        "100 epochs, distortion cooldown 0.5": {"epochs": 100, "distortion_cooldown": 0.5},
        "100 epochs, three layers": {"epochs": 100, "hidden_layers": [200] * 3},
    },
    ("cnn", "default"): {
        "unchanged": {},
        "linear schedule, learning rate 0.004": {"schedule": "linear", "learning_rate": 4e-3},
        "filters 12, 24, 48": {"filters": [12, 24, 48]},
        "no distortion": {"distortion": 0.0},
        "distortion 1.0": {"distortion": 1.0},
    },
    ("cnn", "long"): {
        "one convolution per block, filters 16, 32, 64": {
            "filters": [16, 32, 64],
            "convolutions": 1,
        }
    },
}
