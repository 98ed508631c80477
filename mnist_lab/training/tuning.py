"""Hyperparameter search with Optuna: what a trial tries, its training, and what a study finds."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.checks import IntLike
from mnist_lab.data.dataset import Digits
from mnist_lab.seeds import derive_seeds
from mnist_lab.training.loop import train
from mnist_lab.training.recipes import Recipe

if TYPE_CHECKING:
    import optuna

_STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}


def suggest_mlp(trial: "optuna.trial.BaseTrial") -> Recipe:
    """Return the multi-layer perceptron that a trial suggests, and its training.

    It has one to three hidden layers of 50 to 200 neurons. The learning rate is drawn evenly on a
    logarithmic scale, all else evenly.

    Args:
        trial: A trial of a running study, as Optuna hands it out.

    Example:
        >>> trial = lab.training.open_study("example").ask()
        >>> lab.training.suggest_mlp(trial).builder
        'mlp'
    """
    depth, width = trial.suggest_int("depth", 1, 3), trial.suggest_int("width", 50, 200, step=50)
    training = {
        "learning_rate": trial.suggest_float("learning_rate", 3e-4, 3e-2, log=True),
        "batch_size": trial.suggest_categorical("batch_size", [32, 64, 128, 256]),
        # Rounded, since Optuna suggests 0.15000000000000002.
        "label_smoothing": round(trial.suggest_float("label_smoothing", 0.0, 0.2, step=0.05), 2),
        "distortion": trial.suggest_float("distortion", 0.0, 1.0, step=0.25),
    }
    return Recipe("mlp", {"hidden_layers": [width] * depth}, {**training, "schedule": "linear"})


def open_study(
    name: str,
    path: str | Path | None = None,
    sampler: str = "tpe",
    seed: IntLike = 0,
    pruning: bool = True,
) -> "optuna.Study":
    """Return a study that looks for the highest accuracy, new or the one of that name in a file.

    Args:
        name: The study's name.
        path: An SQLite file, made if there is none. Processes that open the same file and name work
            on one study; give each its own seed. None keeps the study in memory.
        sampler: "tpe" draws more where trials were good (Bergstra et al. 2011), after five random
            trials; "random" draws all trials at random.
        seed: Decides what the sampler draws.
        pruning: Whether to end a trial early, from the fifth on, when its best accuracy so far is
            below the median of the other trials at the same epoch (Optuna's MedianPruner).

    Raises:
        ValueError: An argument cannot be used, or the file is not such a study.

    Example:
        >>> lab.training.open_study("first", sampler="random").study_name
        'first'
    """
    import optuna

    # By default it writes a line per trial to stderr, which notebooks show in red.
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    checks.choice("sampler", sampler, ("tpe", "random"))
    seed = checks.seed(seed)
    try:
        storage = f"sqlite:///{Path(path).expanduser().resolve()}" if path else None
        study = optuna.create_study(
            storage=storage, study_name=name, direction="maximize", load_if_exists=True
        )
        # A study that is continued must not draw its first trials again.
        [sampler_seed] = derive_seeds(seed, len(study.trials))
    except Exception as error:  # of Optuna, SQLAlchemy or SQLite
        raise checks.invalid(
            "path", str(path), f"an SQLite file of Optuna, or one that can be made ({error})"
        ) from error
    study.sampler = (
        optuna.samplers.TPESampler(n_startup_trials=5, seed=sampler_seed)
        if sampler == "tpe"
        else optuna.samplers.RandomSampler(seed=sampler_seed)
    )
    study.pruner = (
        optuna.pruners.MedianPruner(n_startup_trials=4) if pruning else optuna.pruners.NopPruner()
    )
    return study


class Pruning(keras.callbacks.Callback):
    """Reports the validation accuracy of each epoch to a trial, and ends its training if pruned."""

    def __init__(self, trial: "optuna.Trial") -> None:
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Report the accuracy; raises optuna.TrialPruned if the study's pruner says so."""
        import optuna

        self.trial.report((logs or {})["val_accuracy"], epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned


def search(
    study: "optuna.Study",
    digits: Digits,
    trials: IntLike = 20,
    epochs: IntLike = 5,
    seed: IntLike = 0,
    settings: Callable[["optuna.trial.BaseTrial"], Recipe] = suggest_mlp,
) -> None:
    """Train trials until the study has `trials` ended ones, those of other processes included.

    The value of a trial is its validation accuracy after the last epoch; its seconds are kept with
    it. A trial whose loss overflows counts as failed, and the search goes on.

    Args:
        study: From open_study.
        digits: Trials learn from digits.train and are judged on digits.validation.
        trials: Number of trials in all, earlier ones included.
        epochs: Number of epochs per trial.
        seed: Of every trial's network and training, so that each can be repeated exactly.
        settings: Returns the recipe that a trial suggests.

    Raises:
        ValueError: An argument cannot be used.
        KeyboardInterrupt: The search was interrupted; the running trial counts as failed.
    """
    from optuna.study import MaxTrialsCallback
    from optuna.trial import TrialState

    trials, epochs = checks.integer("trials", trials, 1), checks.integer("epochs", epochs, 1)
    seed = checks.seed(seed)
    ended = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)

    def objective(trial: "optuna.Trial") -> float:
        plan = settings(trial)
        history = train(
            plan.model(seed),
            digits,
            epochs,
            seed=seed,
            callbacks=[Pruning(trial)],
            verbose=False,
            **plan.training,
        )
        trial.set_user_attr("seconds", history.seconds)
        return history.history["val_accuracy"][-1]

    if len(study.get_trials(states=ended)) < trials:
        study.optimize(
            objective, callbacks=[MaxTrialsCallback(trials, ended)], catch=(FloatingPointError,)
        )


def trials_table(study: "optuna.Study") -> pd.DataFrame:
    """Return the ended trials of a study, one row per trial, in order.

    Returns:
        A table with the index "trial" and the columns accuracy (in [0, 1]; NaN for a failed trial,
        that of the last epoch for a pruned one), state ("complete", "pruned" or "failed"), epochs
        (trained), and one column per setting.

    Example:
        >>> list(lab.training.trials_table(lab.training.open_study("new")).columns)
        ['accuracy', 'state', 'epochs']
    """
    rows: list[dict[str, Any]] = [
        {
            "trial": trial.number,
            "accuracy": np.nan if trial.value is None else trial.value,
            "state": _STATES[trial.state.name],
            "epochs": len(trial.intermediate_values),
            **trial.params,
        }
        for trial in study.trials
        if trial.state.name in _STATES
    ]
    columns = None if rows else ["trial", "accuracy", "state", "epochs"]
    return pd.DataFrame(rows, columns=columns).set_index("trial")


def best_so_far(table: pd.DataFrame) -> np.ndarray:
    """Return the highest accuracy of the complete trials up to each row of a study's table.

    Args:
        table: From trials_table.

    Returns:
        float64 (n,) in [0, 1]; NaN before the first complete trial.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"accuracy": [0.8, 0.9, 0.7], "state": ["complete"] * 3})
        >>> lab.training.best_so_far(table).tolist()
        [0.8, 0.9, 0.9]
    """
    complete = table["accuracy"].where(table["state"] == "complete")
    return complete.cummax().ffill().to_numpy()


def _on_linear_scale(trial: "optuna.trial.FrozenTrial") -> "optuna.trial.FrozenTrial":
    """Return a trial with the logarithm of each value that was drawn on a logarithmic scale."""
    import optuna

    numeric = (optuna.distributions.FloatDistribution, optuna.distributions.IntDistribution)
    params, distributions = dict(trial.params), dict(trial.distributions)
    for name, distribution in trial.distributions.items():
        if isinstance(distribution, numeric) and distribution.log:
            params[name] = math.log(trial.params[name])
            distributions[name] = optuna.distributions.FloatDistribution(
                math.log(distribution.low), math.log(distribution.high)
            )
    return optuna.trial.create_trial(params=params, distributions=distributions, value=trial.value)


def param_importances(study: "optuna.Study", seed: IntLike = 0) -> pd.Series:
    """Return how much of the accuracy's variance each setting explains alone, by fANOVA.

    A forest is fitted to the complete trials, and its variance over the searched space is divided
    among the settings (Hutter, Hoos and Leyton-Brown 2014). Each setting is taken on the scale that
    it was drawn on. Interactions are not counted. With few trials the estimate is unreliable.

    Args:
        study: A study with at least four complete trials.
        seed: Of the forest.

    Returns:
        Shares that sum to 1, the largest first, indexed by the names of the settings.

    Raises:
        ValueError: There are fewer than four complete trials.
    """
    import optuna

    complete = study.get_trials(deepcopy=False, states=[optuna.trial.TrialState.COMPLETE])
    if len(complete) < 4:
        raise checks.invalid("study", f"{len(complete)} complete trials", "four or more; search on")
    linear = optuna.create_study(direction="maximize")
    linear.add_trials([_on_linear_scale(trial) for trial in complete])
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=checks.seed(seed))
    importances = optuna.importance.get_param_importances(linear, evaluator=evaluator)
    return pd.Series(importances, name="importance")


def recipe_from_trial(
    trial: "optuna.trial.FrozenTrial",
    settings: Callable[["optuna.trial.BaseTrial"], Recipe] = suggest_mlp,
) -> Recipe:
    """Return the settings of an ended trial as a recipe, to train it again.

    Args:
        trial: Such as `study.best_trial`.
        settings: The function that the search was given.
    """
    import optuna

    return settings(optuna.trial.FixedTrial(trial.params))
