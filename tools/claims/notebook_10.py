"""The claims of notebook 10."""

from tools.claims.claim import Run, general, our_run

SINGLE_LAYER = 0.9262  # of notebook 1 on the test digits, and no more on the validation digits


def default_networks(run: Run) -> bool:
    """Return whether both networks have the filters that they have by default."""
    return run.parameters["filters"] == [8, 12, 12, 14] and run.parameters["wide"] == [16, 32, 64]


def trained_enough(run: Run) -> bool:
    """Return whether the default networks learned from all of MNIST for four epochs or more."""
    return run.source == "mnist" and run.train == 54_000 and run.parameters["epochs"] >= 4


def changed_by(run: Run, name: str, bits: int) -> float:
    """Return by how many points the validation accuracy moves with so many bits."""
    read = run.accuracies[name]
    return 100 * abs(read[str(bits)] - read["32"])


CLAIMS = [
    general(
        "With four epochs or more on all of MNIST, the network with fewer than a thousand weights"
        " reads more digits than the single layer of notebook 1, which has eight times as many.",
        lambda run: run.validation["small"] > SINGLE_LAYER and run.tested["small"] > SINGLE_LAYER,
        applies=lambda run: default_networks(run) and trained_enough(run),
    ),
    our_run(
        "In our run, fewer than a thousand read more digits than the 7,850 of notebook 1.",
        lambda run: run.tested["small"] > SINGLE_LAYER,
    ),
    general(
        "So the answers of a network can stand in for labels.",
        lambda run: run.gain > -5,
    ),
    general(
        "With 8 bits, each of the two networks reads as many validation digits as before, to within"
        " half a point.",
        lambda run: all(changed_by(run, name, 8) < 0.5 for name in run.accuracies),
    ),
    general(
        "Eight cost less than half a point here.",
        lambda run: all(changed_by(run, name, 8) < 0.5 for name in run.accuracies),
    ),
    general(
        "With 2 bits, each reads fewer digits than with 8.",
        lambda run: all(read["2"] < read["8"] for read in run.accuracies.values()),
    ),
    general(
        "The networks are the smaller part of it.",
        lambda run: 1000 * run.in_page < run.written * 500,
    ),
    our_run(
        "In our run, the published small networks stand lower than ours, which learned for a few"
        " epochs only.",
        lambda run: run.tested["small"] < 0.99 and run.tested["wide"] < 0.9907,
    ),
]
_RESTING_ON = {
    "definition": [
        "Both axes are logarithmic; a marker further down misreads fewer digits.",
    ],
}
OTHERS = {sentence: why for why, sentences in _RESTING_ON.items() for sentence in sentences}
