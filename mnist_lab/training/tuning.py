"""Hyperparameter search with Optuna: what a trial tries, how it trains and is pruned, and what a study has found."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.data.digits import Digits
from mnist_lab.training.loop import train
from mnist_lab.training.recipes import Recipe

if TYPE_CHECKING:
    import optuna


def suggest_mlp(trial: "optuna.Trial") -> Recipe:
    """Return the multi-layer perceptron that a trial suggests: one to three layers of up to 200 neurons, and its training.

    The learning rate is drawn evenly on a logarithmic scale, the others evenly.
    """
    depth, width = trial.suggest_int("depth", 1, 3), trial.suggest_int("width", 50, 200, step=50)
    training = {
        "learning_rate": trial.suggest_float("learning_rate", 3e-4, 3e-2, log=True),
        "batch_size": trial.suggest_categorical("batch_size", [32, 64, 128, 256]),
        "label_smoothing": round(
            trial.suggest_float("label_smoothing", 0.0, 0.2, step=0.05), 2
        ),  # not 0.15000000000000002
        "distortion": trial.suggest_float("distortion", 0.0, 1.0, step=0.25),
    }
    return Recipe("mlp", {"hidden_layers": [width] * depth}, {**training, "schedule": "linear"})


def open_study(
    name: str,
    path: str | Path | None = None,
    sampler: str = "tpe",
    seed: Any = 0,
    pruning: bool = True,
) -> "optuna.Study":
    """Return a study that looks for the highest accuracy: a new one, or the one of that name in the file.

    path: an SQLite file, made where there is none; processes that open the same file and name work on one study, and need
    a seed each. None keeps the study in memory. sampler: "tpe", which draws more where trials were good (Bergstra et
    al. 2011), after five at random; or "random". pruning: whether trials are ended whose best epoch so far is below the
    median of the others' at the same epoch, from the fifth trial on (Optuna's MedianPruner). Raises ValueError for a file
    that is not such a study.
    """
    import optuna

    optuna.logging.set_verbosity(
        optuna.logging.ERROR
    )  # it writes a line a trial to stderr, which notebooks show in red
    checks.choice("sampler", sampler, ("tpe", "random"))
    seed = checks.seed(seed)
    try:
        storage = f"sqlite:///{Path(path).expanduser().resolve()}" if path else None
        study = optuna.create_study(
            storage=storage, study_name=name, direction="maximize", load_if_exists=True
        )
        # A study that goes on must not draw its first trials again.
        drawn = int(np.random.SeedSequence([seed, len(study.trials)]).generate_state(1)[0])
    except Exception as error:  # of Optuna, SQLAlchemy or SQLite
        raise checks.invalid(
            "path", str(path), f"an SQLite file of Optuna, or one that can be made ({error})"
        ) from error
    samplers = {"tpe": optuna.samplers.TPESampler, "random": optuna.samplers.RandomSampler}
    more = {"n_startup_trials": 5} if sampler == "tpe" else {}
    study.sampler = samplers[sampler](seed=drawn, **more)
    study.pruner = (
        optuna.pruners.MedianPruner(n_startup_trials=4) if pruning else optuna.pruners.NopPruner()
    )
    return study


class Pruning(keras.callbacks.Callback):
    """Tells a trial the validation accuracy of each epoch, and ends its training where the study's pruner says so."""

    def __init__(self, trial: "optuna.Trial") -> None:
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Report; raises optuna.TrialPruned where the trial is given up."""
        import optuna

        self.trial.report(logs["val_accuracy"], epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned


def search(
    study: "optuna.Study",
    digits: Digits,
    trials: Any = 20,
    epochs: Any = 5,
    seed: Any = 0,
    settings: Callable[["optuna.Trial"], Recipe] = suggest_mlp,
) -> None:
    """Train trials until the study has `trials` that ended, those of earlier starts and other processes included.

    A trial's value is its validation accuracy after `epochs`; its seconds are kept with it. All trials have the same
    seed, so that each can be repeated exactly. A trial whose loss overflows counts as failed, and the search goes on.
    """
    from optuna.study import MaxTrialsCallback
    from optuna.trial import TrialState

    trials, epochs = checks.integer("trials", trials, 1), checks.integer("epochs", epochs, 1)
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
        if history.interrupted:  # Optuna marks the trial as failed and ends the search
            raise KeyboardInterrupt
        trial.set_user_attr("seconds", history.seconds)
        return history.history["val_accuracy"][-1]

    if len(study.get_trials(states=ended)) < trials:
        study.optimize(
            objective, callbacks=[MaxTrialsCallback(trials, ended)], catch=(FloatingPointError,)
        )


def trials_table(study: "optuna.Study") -> pd.DataFrame:
    """Return one row a trial that ended, in order: accuracy (NaN where it has none), state, epochs trained, and its settings.

    State: complete, pruned or failed. A pruned trial's accuracy is that of its last epoch.
    """
    states = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}
    rows = [
        {
            "trial": trial.number,
            "accuracy": np.nan if trial.value is None else trial.value,
            "state": states[trial.state.name],
            "epochs": len(trial.intermediate_values),
            **trial.params,
        }
        for trial in study.trials
        if trial.state.name in states
    ]
    return pd.DataFrame(
        rows, columns=None if rows else ["trial", "accuracy", "state", "epochs"]
    ).set_index("trial")


def best_so_far(found: pd.DataFrame) -> np.ndarray:
    """Return the highest accuracy of the complete trials up to each row of a study's table, float (n,); NaN before the first."""
    return found["accuracy"].where(found["state"] == "complete").cummax().ffill().to_numpy()


def _evenly(trial: "optuna.trial.FrozenTrial") -> "optuna.trial.FrozenTrial":
    """Return a trial with the logarithm of each value that was drawn on a logarithmic scale."""
    import optuna

    params, distributions = dict(trial.params), dict(trial.distributions)
    for name, drawn in trial.distributions.items():
        if getattr(drawn, "log", False):
            params[name] = math.log(trial.params[name])
            distributions[name] = optuna.distributions.FloatDistribution(
                math.log(drawn.low), math.log(drawn.high)
            )
    return optuna.trial.create_trial(params=params, distributions=distributions, value=trial.value)


def param_importances(study: "optuna.Study", seed: Any = 0) -> pd.Series:
    """Return how much of the accuracy's variance each setting explains alone, by fANOVA, as shares of their sum.

    Hutter, Hoos and Leyton-Brown (2014): a forest is fitted to the complete trials, and its variance over the searched
    space taken apart, a setting on the scale that it was drawn on; what settings do only together is left out. With few
    trials the forest knows little, and so does the answer. Raises ValueError for fewer than four complete trials.
    """
    import optuna

    complete = study.get_trials(deepcopy=False, states=[optuna.trial.TrialState.COMPLETE])
    if len(complete) < 4:
        raise checks.invalid("study", f"{len(complete)} complete trials", "four or more; search on")
    even = optuna.create_study(direction="maximize")
    even.add_trials([_evenly(trial) for trial in complete])
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=checks.seed(seed))
    return pd.Series(
        optuna.importance.get_param_importances(even, evaluator=evaluator), name="importance"
    )


def recipe_from_trial(
    trial: "optuna.trial.FrozenTrial", settings: Callable[["optuna.Trial"], Recipe] = suggest_mlp
) -> Recipe:
    """Return the settings of a finished trial as a recipe, to train it again."""
    import optuna

    return settings(optuna.trial.FixedTrial(trial.params))
