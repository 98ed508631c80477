"""The claims of notebook 9."""

import json
from pathlib import Path

from tools.claims.claim import Run, general, our_run
from tools.claims.resting_09 import RESTING_ON

NETWORKS = ("single", "mlp", "cnn")
KINDS = ("plain", "yellow", "squared", "shadow", "fine")
STEPS = ("as it is", "inverted", "one number", "background removed", "cut out", "thickened")


def read(run: Run, step: str, kind: str = "all") -> float:
    """Return the share of the digits that is read after a step, of a kind of page or of all."""
    return run.shares[step][kind]


def gained(run: Run, step: str, before: str, kind: str = "all") -> float:
    """Return by how much the share of digits read is larger after a step than before it."""
    return read(run, step, kind) - read(run, before, kind)


def drawings_read(run: Run, moment: str, name: str) -> int:
    """Return how many of the 50 drawings in the other half a network reads."""
    return round(run.tuning[f"drawings, {moment}"][name] / 2)


def forgets(run: Run, name: str) -> bool:
    """Return whether a network reads fewer of MNIST's validation digits after the fine-tuning."""
    return run.tuning["MNIST, after"][name] < run.tuning["MNIST, before"][name]


def forgotten(run: Run, name: str) -> float:
    """Return the points that a network loses on the test digits with the fine-tuning."""
    return run.tested[name][0] - run.tested[f"{name}, tuned"][0]


def invented_on(kind: str) -> tuple[int, int]:
    """Return how many pages without digits of a kind were read, and how many digits on them."""
    file = Path(__file__).parents[2] / "benchmarks" / "photos.json"
    row = json.loads(file.read_text(encoding="utf-8"))["kinds"][kind]
    return row["pages"], row["insertions"]


CLAIMS = [
    general(
        "Each network reads more of the prepared drawings than of the squeezed ones.",
        lambda run: all(
            run.right["prepared"][name] > run.right["squeezed"][name] for name in NETWORKS
        ),
    ),
    general(
        "So the size and the place at the end are MNIST's.",
        lambda run: run.unchanged >= 0.99,
    ),
    general(
        "Fewer than half are read.",
        lambda run: read(run, "inverted") < 1 / 2,
    ),
    general(
        "On these pages by a program, inverting was not enough.",
        lambda run: read(run, "inverted") < 1 / 2,
    ),
    our_run(
        "The pages with a shadow lose some, too: beside the edge of a shadow the blur is too"
        " bright, so the edge becomes ink.",
        lambda run: gained(run, "cut out", "background removed", "shadow") < 0,
    ),
    our_run(
        "In our run, more digits on pages with a shadow were read once the background was removed"
        " and the threshold chosen anew.",
        lambda run: gained(run, "background removed", "one number", "shadow") > 0,
    ),
    our_run(
        "Of the ways without scissors, `read_page` read the most; it also takes out printed lines,"
        " and has another network.",
        lambda run: all(
            read(run, "read_page") > read(run, step) for step in ("cut out", "thickened")
        ),
    ),
    general(
        "On 34 of them, `read_page` read 28 digits that were not there (the course's"
        " `benchmarks/README.md`).",
        lambda run: invented_on("letters") == (34, 28),
    ),
    general(
        "More than half of the digits are read now, with the same network.",
        lambda run: read(run, "one number") > 1 / 2,
    ),
    general(
        "In the order of this page, the largest step is the threshold, which makes paper exactly"
        " 0.",
        lambda run: all(
            gained(run, "one number", "inverted") > gained(run, later, earlier)
            for earlier, later in zip(STEPS[2:], (*STEPS[3:], "read_page"), strict=True)
        ),
    ),
    our_run(
        "In our run, fewest are read on the pages with a shadow.",
        lambda run: min(KINDS, key=lambda kind: read(run, "one number", kind)) == "shadow",
    ),
    our_run(
        "In our run, the pages with a shadow gain most from that, and squared paper loses.",
        lambda run: (
            gained(run, "background removed", "one number", "squared") < 0
            and all(
                gained(run, "background removed", "one number", "shadow")
                > gained(run, "background removed", "one number", kind)
                for kind in KINDS
                if kind != "shadow"
            )
        ),
    ),
    our_run(
        "In our run, fewer are read without the scissors over all pages, and squared paper loses"
        " most.",
        lambda run: (
            gained(run, "cut out", "background removed") < 0
            and all(
                gained(run, "cut out", "background removed", "squared")
                < gained(run, "cut out", "background removed", kind)
                for kind in KINDS
                if kind != "squared"
            )
        ),
    ),
    our_run(
        "In our run, more digits of the fine pen are read.",
        lambda run: gained(run, "thickened", "cut out", "fine") > 0,
    ),
    our_run(
        "But the lines of the squares have grown, too, and squared paper falls further.",
        lambda run: gained(run, "thickened", "cut out", "squared") < 0,
    ),
    our_run(
        "In our run, `read_page` reads the most digits of the three ways that need no scissors,"
        " over all pages.",
        lambda run: all(
            read(run, "read_page") > read(run, step) for step in ("cut out", "thickened")
        ),
    ),
    our_run(
        "In our run, it is less sure of the A than its threshold demands.",
        lambda run: run.letter_confidence["reader"] < run.threshold,
    ),
    general(
        "After twenty passes or more over the drawings by the program, the single layer and the"
        " multi-layer perceptron read fewer of MNIST's validation digits than before.",
        lambda run: forgets(run, "single") and forgets(run, "mlp"),
        applies=lambda run: run.parameters["epochs"] >= 20 and not run.parameters["drawings"],
    ),
    our_run(
        "In our run, so does the convolutional network.",
        lambda run: forgets(run, "cnn"),
    ),
    our_run(
        "In our run, all three networks forgot a part of what they knew of MNIST.",
        lambda run: all(forgets(run, name) and forgotten(run, name) > 0 for name in NETWORKS),
    ),
    our_run(
        "In our run, each fine-tuned copy reads fewer test digits than its network, by 2.6 points"
        " for the single layer and about 0.6 for the other two.",
        lambda run: [round(forgotten(run, name), 1) for name in NETWORKS] == [2.6, 0.6, 0.6],
    ),
    our_run(
        "In our run, the loss of the convolutional network fell all the same: a lower loss is not"
        " always a higher accuracy.",
        lambda run: (
            run.tested["cnn, tuned"][1] < run.tested["cnn"][1] and forgotten(run, "cnn") > 0
        ),
    ),
    our_run(
        "In our run, the single layer read 43 of the 50 drawings in the other half before, and 49"
        " after.",
        lambda run: (
            [drawings_read(run, when, "single") for when in ("before", "after")] == [43, 49]
        ),
    ),
    our_run(
        "The other two networks had little to gain in our run: they misread none and one of the"
        " 50.",
        lambda run: [drawings_read(run, "before", name) for name in ("mlp", "cnn")] == [50, 49],
    ),
    our_run(
        "In our run, the convolutional network read 99 of the 100 drawings by the program when"
        " they were prepared, and 75 when they were squeezed.",
        lambda run: [run.right[way]["cnn"] for way in ("prepared", "squeezed")] == [99, 75],
    ),
    our_run(
        "Fifty drawings took the accuracy of the single layer on MNIST's validation digits from"
        " 92.1 to 88.8 % in our run.",
        lambda run: (
            [round(run.tuning[f"MNIST, {when}"]["single"], 1) for when in ("before", "after")]
            == [92.1, 88.8]
        ),
    ),
]
OTHERS = {sentence: why for why, sentences in RESTING_ON.items() for sentence in sentences}
