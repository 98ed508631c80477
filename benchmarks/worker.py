"""A process that measures one baseline: reads jobs as lines of JSON, answers with lines of JSON."""

import json
import os
import resource
import sys
import time
from typing import Any

import numpy as np

from benchmarks.baselines import BASELINES, Baseline, Data, Trainer, steps_per_epoch
from benchmarks.implementations import IMPLEMENTATIONS


def load_data(source: str, train_size: int | None) -> Data:
    """Return the digits, flattened; train_size cuts or repeats the training digits to that many."""
    from mnist_lab.data.digits import load_digits

    digits = load_digits(source)
    images, labels = digits.train.images.reshape(-1, 784), digits.train.labels
    if train_size:
        chosen = np.arange(train_size) % len(labels)
        images, labels = images[chosen], labels[chosen]
    validation, test = (
        (dataset.images.reshape(-1, 784), dataset.labels)
        for dataset in (digits.validation, digits.test)
    )
    return Data(images, labels, validation, test)


def time_to_accuracy(baseline: Baseline, job: dict[str, Any], data: Data) -> dict[str, Any]:
    """Train until a validation accuracy or a number of epochs is reached.

    Returns:
        `history`: for each epoch, the seconds since the process started and the validation
        accuracy; `test_accuracy` at the end.
    """
    rates = None
    if job["peak_learning_rate"]:
        total = job["epochs"] * steps_per_epoch(data, job["batch_size"])
        rates = job["peak_learning_rate"] * (1 - np.arange(total) / total)
    trainer = baseline(job["layers"], job["batch_size"], data, rates)
    trainer.compile()

    def accuracy(images: np.ndarray, labels: np.ndarray) -> float:
        return float((trainer.predict(images) == labels).mean())

    history: list[tuple[float, float]] = []
    for _ in range(job["epochs"]):
        trainer.run_epoch()
        validation_accuracy = accuracy(*data.validation)
        history.append((time.time() - job["started"], validation_accuracy))
        if validation_accuracy >= job["target_accuracy"]:
            break
    return {"history": history, "test_accuracy": accuracy(*data.test)}


class EpochTimer:
    """Times single epochs; the network of the job before is kept for the next repeat."""

    def __init__(self, baseline: Baseline, source: str) -> None:
        self.baseline, self.source = baseline, source
        self.key = ""
        self.trainer: Trainer | None = None

    def seconds(self, layers: list[int], batch_size: int, train_size: int | None) -> float:
        """Return the seconds of one epoch; compiling is not part of it."""
        key = json.dumps([layers, batch_size, train_size])
        if self.trainer is None or key != self.key:
            self.trainer = None  # frees the memory of the one before
            data = load_data(self.source, train_size)
            self.key, self.trainer = key, self.baseline(layers, batch_size, data, None)
            self.trainer.compile()
        return self.trainer.run_epoch()


def main() -> None:
    """Do the jobs; the arguments are the baseline's name, the source of the digits, the cores."""
    name, source, cores = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if hasattr(os, "sched_setaffinity"):  # Linux; elsewhere all cores are used
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not stand between the answers

    def answer(**values: Any) -> None:
        print(json.dumps(values), file=answers, flush=True)

    try:
        __import__(IMPLEMENTATIONS[name].module)
    except ImportError as error:
        answer(missing=str(error))
        return
    answer(imported=time.time())
    timer = EpochTimer(BASELINES[name], source)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            if "target_accuracy" in job:
                result = time_to_accuracy(BASELINES[name], job, load_data(source, None))
            else:
                result = {"seconds": timer.seconds(**job)}
        except NotImplementedError as error:
            result = {"missing": str(error)}
        peak_memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer(**result, peak_memory_mb=peak_memory_mb)


if __name__ == "__main__":
    main()
