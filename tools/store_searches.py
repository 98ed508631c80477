"""Runs the searches that come with notebook 8: `python -m tools.store_searches --searches 20`.

It needs full MNIST. Twenty searches of each kind with 40 trials take about an hour on two cores.
The file is written after each search, and searches that it holds already are not run again. All
seeds are fixed: on the same computer the same file results.
"""

import json
import multiprocessing
import os
import platform
from pathlib import Path
from typing import Annotated, Any

import typer

from mnist_lab import requirements
from mnist_lab.files import atomic_write
from mnist_lab.seeds import derive_seeds

PATH = Path(__file__).resolve().parent.parent / "mnist_lab" / "training" / "searches.json"
KINDS = ("random", "tpe")
TRAIN_SIZE, EPOCHS = 5000, 5
CHECKING_SEED = 1000  # added to the seed of a search, for the second training of each trial


def about(trials: int) -> dict[str, Any]:
    """Return how the searches are made, for the file."""
    from mnist_lab.training.tuning import plain_settings, search_space

    return {
        "what": "Searches for settings of the network of notebook 3, python -m tools.store_searches"
        " makes them. Search k has load_digits(seed=k); even validation digits choose, odd ones"
        f" check, with a network of the seed k + {CHECKING_SEED}. Trial 0 is the plain settings.",
        "columns": [*search_space(), "choosing", "checking"],
        "space": {name: str(distribution) for name, distribution in search_space().items()},
        "plain": plain_settings(),
        "train_size": TRAIN_SIZE,
        "epochs": EPOCHS,
        "trials": trials,
        "source": "mnist",
        "versions": {
            "python": platform.python_version(),
            **{name: requirements.installed(name) for name in ("tensorflow", "keras", "optuna")},
        },
    }


def run_search(kind: str, number: int, trials: int) -> dict[str, Any]:
    """Run one search, and return it as the file holds it."""
    import optuna

    import mnist_lab as lab

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    digits = lab.load_digits("auto", train_size=TRAIN_SIZE, seed=number)
    if digits.source != "mnist":
        raise ValueError(f"full MNIST is needed; these digits are: {digits.provenance}")
    halves = [
        lab.data.Digits(
            digits.train, digits.validation.subset(slice(half, None, 2)), digits.test, "mnist"
        )
        for half in (0, 1)
    ]
    [seed] = derive_seeds(number, KINDS.index(kind))
    kinds = {"random": optuna.samplers.RandomSampler, "tpe": optuna.samplers.TPESampler}
    study = optuna.create_study(direction="maximize", sampler=kinds[kind](seed=seed))
    study.enqueue_trial(lab.training.plain_settings())
    space, rows = lab.training.search_space(), []
    for _ in range(trials):
        trial = study.ask(space)
        seeds = (number, number + CHECKING_SEED)
        choosing, checking = (
            float(lab.training.try_settings(trial.params, half, EPOCHS, [own])[0])
            for half, own in zip(halves, seeds, strict=True)
        )
        study.tell(trial, choosing)
        rows.append([*map(_short, trial.params.values()), _short(choosing), _short(checking)])
    return {"kind": kind, "search": number, "trials": rows}


def _short(value: Any) -> Any:
    """Return a number with six digits, which say all that six thousand digits can tell."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


def written(content: dict[str, Any]) -> str:
    """Return the file's text: one line per search."""
    head = json.dumps(content["about"], indent=1)
    lines = ",\n".join(json.dumps(search) for search in content["searches"])
    return f'{{"about": {head},\n"searches": [\n{lines}\n]}}\n'


def main(
    searches: Annotated[int, typer.Option(min=1, help="Searches of each kind.")] = 20,
    trials: Annotated[int, typer.Option(min=11, help="Trials of each search.")] = 40,
    workers: Annotated[int, typer.Option(min=1, help="Searches at the same time.")] = 2,
    path: Annotated[Path, typer.Option(help="The file.")] = PATH,
) -> None:
    """Run the searches that the file does not hold yet."""
    # Each worker takes one core: the steps are small. TensorFlow reads these when it is imported.
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    content = {"about": about(trials), "searches": []}
    if path.exists():
        earlier = json.loads(path.read_text(encoding="utf-8"))
        if earlier["about"] == content["about"]:
            content = earlier
        else:
            print(f"{path.name} was made otherwise; all of its searches are run again.")
    have = {(search["kind"], search["search"]) for search in content["searches"]}
    jobs = [(kind, number, trials) for number in range(searches) for kind in KINDS]
    missing = [job for job in jobs if job[:2] not in have]
    # A new process for each search: compiled programs stay in memory.
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, maxtasksperchild=1) as pool:
        for done, search in enumerate(pool.imap_unordered(_job, missing), start=1):
            content["searches"].append(search)
            content["searches"].sort(key=lambda found: (found["search"], found["kind"]))
            with atomic_write(path) as file:
                file.write(written(content))
            best = max(row[-2] for row in search["trials"])
            print(f"{done} of {len(missing)}: {search['kind']} {search['search']}, {best:.2%}")


def _job(job: tuple[str, int, int]) -> dict[str, Any]:
    return run_search(*job)


if __name__ == "__main__":
    typer.run(main)
