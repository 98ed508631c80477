"""How fast mnist_lab.train is beside what a reader might use instead: all side by side, in turn, in one run."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

PARTS = ("epochs", "by_the_book", "our_schedule", "growth")
NETWORKS = ([], [100], [200, 200], [200, 200, 200])
BATCHES = (32, 128, 512)
PEERS = (
    "mnist_lab", "keras_fit", "keras_fit_tuned", "torch_dataloader", "torch_sliced", "jax_scan", "scikit_learn", "floor",
)  # fmt: skip
GROWING = ("mnist_lab", "keras_fit", "torch_sliced", "jax_scan")
# From process start to an accuracy, each as its own documentation has it: batch size and, for ours, the schedule.
BY_THE_BOOK = {
    "mnist_lab": {"batch_size": 128, "epochs": 5, "peak": 2e-3},
    "keras_fit": {"batch_size": 32, "epochs": 20, "peak": 0},
    "keras_fit_tuned": {"batch_size": 128, "epochs": 20, "peak": 0},
    "torch_dataloader": {"batch_size": 64, "epochs": 20, "peak": 0},
    "torch_sliced": {"batch_size": 64, "epochs": 20, "peak": 0},
    "jax_scan": {"batch_size": 128, "epochs": 20, "peak": 0},
    "scikit_learn": {"batch_size": 200, "epochs": 20, "peak": 0},
}
OUR_SCHEDULE = {"batch_size": 128, "epochs": 5, "peak": 2e-3}


class Worker:
    """A peer in a process of its own, which does one job after the other."""

    def __init__(self, peer: str, source: str, cores: int = 2) -> None:
        self.started = time.time()
        command = [sys.executable, "-m", "benchmarks.baselines", peer, source, str(cores)]
        # Threads that wait must not spin beside the next peer.
        environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "TF_CPP_MIN_LOG_LEVEL": "2"}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        first = self._answer()
        self.missing = first.get("missing", "")
        self.import_seconds = first.get("imported", self.started) - self.started

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[2]} ended without an answer")
        return json.loads(line)

    def do(self, **job: Any) -> dict[str, Any]:
        """Return the answer to a job."""
        print(json.dumps(job), file=self.process.stdin, flush=True)
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def processor() -> str:
    """Return the processor's name and how many cores the machine has."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    name = next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
    return f"{name}, {os.cpu_count()} cores"


def epochs(
    workers: dict[str, Worker], settings: list[tuple[list[int], int, int | None]], repeats: int
) -> list[dict]:
    """Return one row a peer and setting: the seconds of each repeat, peers in turn, and the ratios of medians."""
    rows = []
    for layers, batch_size, train_size in settings:
        job = {
            "kind": "epoch",
            "layers": layers,
            "batch_size": batch_size,
            "train_size": train_size,
        }
        seconds: dict[str, list[float]] = {name: [] for name in workers}
        for _ in range(repeats):
            for name, worker in workers.items():
                seconds[name].append(worker.do(**job)["seconds"])
        for name, values in seconds.items():
            ratios = {
                f"times_{other}": statistics.median(values) / statistics.median(seconds[other])
                for other in ("mnist_lab", "floor")
                if other in seconds
            }
            rows.append({**job, "peer": name, "seconds": values, **ratios})
        print(
            layers,
            batch_size,
            train_size or "",
            {name: round(statistics.median(v), 3) for name, v in seconds.items()},
        )
    return rows


def races(names: list[str], source: str, plans: dict[str, dict], repeats: int) -> list[dict]:
    """Return one row a peer and repeat: seconds from process start to 97 and 98 % on validation, imports, memory."""
    rows = []
    for _ in range(repeats):
        for name in names:
            worker = Worker(name, source)
            job = {
                "kind": "race",
                "layers": [200, 200],
                "started": worker.started,
                "enough": 0.98,
                **plans[name],
            }
            answer = worker.do(**job)
            worker.close()
            if "missing" in answer:
                continue
            reached = {
                goal: next((t for t, accuracy in answer["passed"] if accuracy >= goal), None)
                for goal in (0.97, 0.98)
            }
            rows.append(
                {
                    "peer": name, **plans[name], "to_97": reached[0.97], "to_98": reached[0.98],
                    "epochs_run": len(answer["passed"]), "accuracy": answer["passed"][-1][1],
                    "test_accuracy": answer["test_accuracy"], "import_seconds": worker.import_seconds,
                    "megabytes": answer["megabytes"],
                }
            )  # fmt: skip
            print(rows[-1])
    return rows


def growth(names: list[str], source: str) -> dict[str, list[dict]]:
    """Return how an epoch of 784-200-200-10 at batch 128 grows with digits, width, depth, batch size and threads."""
    workers = {name: Worker(name, source) for name in names}
    found = {
        "training digits": epochs(
            workers, [([200, 200], 128, size) for size in (5_000, 20_000, 60_000, 600_000)], 1
        ),
        "width": epochs(
            workers, [([width, width], 128, None) for width in (50, 100, 200, 400, 800, 1600)], 1
        ),
        "depth": epochs(workers, [([200] * depth, 128, None) for depth in (1, 2, 4, 8)], 1),
        "batch size": epochs(
            workers, [([200, 200], size, None) for size in (16, 64, 256, 1024, 4096)], 1
        ),
    }
    two = epochs(workers, [([200, 200], 128, None)], 2)
    for worker in workers.values():
        worker.close()
    alone = {name: Worker(name, source, cores=1) for name in names}
    one = epochs(alone, [([200, 200], 128, None)], 2)
    for worker in alone.values():
        worker.close()
    found["threads"] = [
        {**row, "threads": threads} for threads, rows in ((1, one), (2, two)) for row in rows
    ]
    return found


def measured(part: str, source: str, repeats: int, quick: bool) -> Any:
    """Return the numbers of one part of the benchmark, from processes of its own; says what is not installed."""
    workers = {name: Worker(name, source) for name in PEERS}
    for name in [name for name, worker in workers.items() if worker.missing]:
        print(
            f"{name}: not measured ({workers.pop(name).missing}); install the extra: pip install -e .[bench]"
        )
    names = [name for name in workers if name != "floor"]
    layers, sizes = ([[200, 200]], [128]) if quick else (NETWORKS, BATCHES)
    settings = [(units, size, None) for units in layers for size in sizes]
    rows = epochs(workers, settings, repeats) if part == "epochs" else []
    for worker in workers.values():
        worker.close()
    if part == "epochs":
        return rows
    if part == "by_the_book":
        return races(names, source, BY_THE_BOOK, repeats)
    if part == "our_schedule":
        return races(names, source, dict.fromkeys(names, OUR_SCHEDULE), repeats)
    return growth([name for name in names if name in GROWING], source)


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Which of {', '.join(PARTS)}; all without a name.")
    ] = None,
    source: Annotated[
        str, typer.Option(help="Which digits: auto, mnist, sample or a path.")
    ] = "auto",
    repeats: Annotated[int, typer.Option(help="How often each is measured, in turn.")] = 3,
    quick: Annotated[
        bool, typer.Option("--quick", help="One network and batch size, no growth, each once.")
    ] = False,
    output: Annotated[
        Path, typer.Option(help="Folder for speed.json, the table and the figures.")
    ] = Path("runs/bench"),
) -> None:
    """Measure epochs, the way from process start to an accuracy, and growth; write numbers, table and figures.

    Each part is written when it is done, beside what the folder holds of the others.
    """
    from benchmarks.speed_tables import write_pages
    from mnist_lab.data.digits import load_digits

    chosen = parts or (PARTS[:2] if quick else PARTS)
    if strange := [part for part in chosen if part not in PARTS]:
        raise typer.BadParameter(f"{', '.join(strange)}: there are {', '.join(PARTS)}.")
    digits = load_digits(source)
    print(digits.provenance)
    output.mkdir(parents=True, exist_ok=True)
    file = output / "speed.json"
    result = json.loads(file.read_text(encoding="utf-8")) if parts and file.exists() else {}
    repeats = 1 if quick else repeats
    for part in chosen:
        result |= {
            "machine": processor(), "python": platform.python_version(), "date": time.strftime("%Y-%m-%d"),
            "digits": {"source": digits.source, **digits.sizes}, "repeats": repeats,
            part: measured(part, source, repeats, quick),
        }  # fmt: skip
        file.write_text(json.dumps(result, indent=1), encoding="utf-8")
        write_pages(result, output)
    print(f"Written to {output}")


if __name__ == "__main__":
    typer.run(main)
