"""A claim: a sentence of a notebook about its results, with a test of what it says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mnist_lab.records import Record

Kind = Literal["general", "our run"]


class Run:
    """What a claim is tested on: a record's quantities, and how the run was made, as attributes.

    Attributes:
        source: Where its digits come from: "mnist", "sample" or "files".
        train: The number of training digits; `validation` and `test` are those of the other parts.
        accuracy: The test accuracy, a fraction.
        interval: Its 95 % interval.
        validation_accuracy: A fraction.
        weights: The number of the model's weights.
        seconds: Of training.
        parameters: The values of the notebook's parameters.

    Any other attribute is a quantity of the record, as JSON holds it: an array is a list, and the
    keys of a dict are strings.
    """

    def __init__(self, record: Record) -> None:
        self.source = record.data.source
        self.train, self.test = record.data.train, record.data.test
        self.validation = record.data.validation
        self.accuracy, self.interval = record.test_accuracy, record.interval
        self.validation_accuracy = record.validation_accuracy
        self.weights, self.seconds = record.weights, record.seconds
        self.parameters: Mapping[str, Any] = record.parameters
        self.quantities: Mapping[str, Any] = record.quantities

    def __getattr__(self, name: str) -> Any:
        try:
            return self.quantities[name]
        except KeyError:
            known = ", ".join(sorted(self.quantities)) or "none"
            raise AttributeError(f"the record keeps no {name!r}, only {known}") from None


Test = Callable[[Run], Any]


@dataclass(frozen=True)
class Claim:
    """A sentence of a notebook, and a test of what it says.

    Attributes:
        sentence: As it stands in the notebook, in Markdown; line breaks count as blanks.
        kind: "general" holds for every run that the notebook invites: any seed, full MNIST or the
            sample, default or quick values. "our run" holds for the committed run.
        holds: Returns whether a run bears the sentence out.
        applies: Returns whether the sentence speaks of a run at all: of one on full MNIST, say, if
            that is what the sentence itself says.
    """

    sentence: str
    kind: Kind
    holds: Test
    applies: Test = lambda run: True


def general(sentence: str, holds: Test, applies: Test = lambda run: True) -> Claim:
    """Return a claim that holds for every run that the notebook invites."""
    return Claim(sentence, "general", holds, applies)


def our_run(sentence: str, holds: Test, applies: Test = lambda run: True) -> Claim:
    """Return a claim that holds for the committed run."""
    return Claim(sentence, "our run", holds, applies)


def failures(claims: Iterable[Claim], record: Record) -> list[tuple[Claim, str]]:
    """Return the claims that a run does not bear out, each with the reason.

    Args:
        claims: Those of the run's notebook, of the kinds to be tested.
        record: The run's record.
    """
    run, failed = Run(record), []
    for claim in claims:
        try:
            if claim.applies(run) and not claim.holds(run):
                failed.append((claim, "it does not hold"))
        except Exception as error:  # any: a test that cannot be made is a failed one
            failed.append((claim, f"cannot be tested: {type(error).__name__}: {error}"))
    return failed
