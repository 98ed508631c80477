"""The record of one run: its fields, how they are checked, and how a notebook stores it."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from mnist_lab import checks

MIME = "application/vnd.mnist-lab.result+json"
SCHEMA = 3

_Fraction = Annotated[float, Field(strict=True, ge=0, le=1)]
_Count = Annotated[int, Field(strict=True, ge=0, le=10**15)]
# A line to print: no control characters, no line ends.
_Name = Annotated[str, Field(max_length=200, pattern=r"^\P{C}*$")]


# A field's description completes the sentence "... cannot be used: expected ..." of an error.
class DataSummary(BaseModel):
    """The digits of a run: where they come from, and how many each part holds."""

    model_config = ConfigDict(frozen=True)

    source: _Name = Field(description="a string, such as 'mnist'")
    train: _Count = Field(description="a number of digits")
    validation: _Count = Field(description="a number of digits")
    test: _Count = Field(description="a number of digits")


class Metrics(BaseModel):
    """The results of a run as fractions in [0, 1]; a notebook may add metrics of its own."""

    model_config = ConfigDict(frozen=True, extra="allow")

    test_accuracy: _Fraction = Field(description="a number from 0 to 1")
    test_accuracy_interval: tuple[_Fraction, _Fraction] = Field(
        description="two numbers from 0 to 1, the ends of the 95 % interval"
    )
    validation_accuracy: _Fraction | None = Field(None, description="a number from 0 to 1, or None")
    test_misclassified: tuple[_Count, ...] | None = Field(
        None, description="a list of indices of test digits"
    )

    @model_validator(mode="after")
    def _accuracy_is_inside_its_interval(self) -> "Metrics":
        low, high = self.test_accuracy_interval
        if not low - 1e-9 <= self.test_accuracy <= high + 1e-9:
            raise checks.invalid(
                "metrics.test_accuracy_interval",
                [low, high],
                f"an interval around the test accuracy, {self.test_accuracy}",
            )
        return self


class Record(BaseModel):
    """The result of one run of a notebook; a notebook that displays it stores it in its file.

    Attributes:
        notebook: The notebook's file name without .ipynb.
        model: The name of the model that was tested.
        weights: The number of its weights.
        parameters: The values of the notebook's parameters.
        data: The source and the sizes of the digits.
        metrics: Accuracies and other results.
        seconds: The time of training, in seconds; None if the model came trained.
        versions: The versions of Python and of the packages that decide the result.
        quantities: What the notebook's sentences about results are checked with, by name.
        rung: Whether the run is a rung of the ladder.
    """

    model_config = ConfigDict(frozen=True)

    notebook: _Name = Field(description="a string, the notebook's name")
    model: _Name = Field(description="a string, the model's name")
    weights: _Count = Field(description="a whole number")
    parameters: dict[_Name, JsonValue] = Field(description="names and values of parameters")
    data: DataSummary = Field(description="the source and the sizes of the digits")
    metrics: Metrics = Field(description="names and values of metrics")
    seconds: float | None = Field(
        strict=True, ge=0, le=1e9, description="a number of seconds, or null"
    )
    versions: dict[_Name, _Name] = Field(description="names and versions of packages")
    quantities: dict[_Name, JsonValue] = Field({}, description="names and values of quantities")
    rung: bool = Field(True, strict=True, description="true or false")

    @model_validator(mode="after")
    def _mistakes_agree_with_the_accuracy(self) -> "Record":
        mistakes, total = self.misclassified, self.data.test
        if mistakes is None:
            return self
        name = "metrics.test_misclassified"
        if any(index >= total for index in mistakes):
            raise checks.invalid(
                name, mistakes, f"indices below {total}, the number of test digits"
            )
        if len(set(mistakes)) != len(mistakes):
            raise checks.invalid(name, mistakes, "each index once")
        if abs(1 - len(mistakes) / max(total, 1) - self.test_accuracy) > 1e-6:
            expected = f"the mistakes behind a test accuracy of {self.test_accuracy}"
            raise checks.invalid(name, mistakes, f"{expected}, not {len(mistakes)} of {total}")
        return self

    @property
    def test_accuracy(self) -> float:
        """The fraction of test digits that the model classified correctly."""
        return self.metrics.test_accuracy

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the test accuracy, its low and its high end."""
        return self.metrics.test_accuracy_interval

    @property
    def validation_accuracy(self) -> float | None:
        """The fraction of validation digits classified correctly; None if not recorded."""
        return self.metrics.validation_accuracy

    @property
    def misclassified(self) -> tuple[int, ...] | None:
        """The indices of the misclassified test digits; None if not recorded."""
        return self.metrics.test_misclassified

    def parameter_text(self, name: str) -> str:
        """Return a parameter's value as tables and figures show it: a string, or else JSON."""
        value = self.parameters.get(name)
        return value if isinstance(value, str) else json.dumps(value)

    @property
    def seconds_text(self) -> str:
        """The time of training as tables show it."""
        return "unknown" if self.seconds is None else f"{self.seconds:.1f}"

    def __str__(self) -> str:
        low, high = self.interval
        known = self.seconds is not None
        training = f"{self.seconds_text} s of training" if known else "training not timed"
        return (
            f"Record of {self.notebook}: {self.model} ({self.weights:,} weights)"
            f" on {self.data.source}, test accuracy {self.test_accuracy:.2%}"
            f" ({low:.2%} to {high:.2%}), {training}"
        )

    def __repr__(self) -> str:
        return f"<{self}>"

    def to_json(self) -> dict[str, JsonValue]:
        """Return the record as a notebook stores it, a dict that JSON can hold."""
        return {"schema": SCHEMA, **self.model_dump(mode="json", exclude_unset=True)}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MIME: self.to_json(), "text/plain": str(self)}


def _explain(error: ValidationError, content: Mapping[str, Any]) -> str:
    """Return one sentence about the first error: the name, the value, and what was expected."""
    first = error.errors(include_url=False)[0]
    if "ctx" in first and "error" in first["ctx"]:  # raised by a check of this file
        return str(first["ctx"]["error"])
    names = [str(name) for name in first["loc"]]
    field, value = Record.model_fields[names[0]], content
    nested = {"data": DataSummary, "metrics": Metrics}.get(names[0])
    if nested and len(names) > 1:
        field, value = nested.model_fields[names[1]], content[names[0]]
        path, name = ".".join(names[:2]), names[1]
    else:
        path = name = names[0]
    expected = field.description or "something else"
    if name not in value:
        return f"{path} is missing: expected {expected}."
    return str(checks.invalid(path, value[name], expected))


def parse_record(content: object) -> Record:
    """Return the record that a notebook stores as JSON.

    Args:
        content: The stored content, as `Record.to_json` makes it.

    Returns:
        The record.

    Raises:
        ValueError: The content is not a record of this version of mnist_lab, or contradicts itself.
    """
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise ValueError(
            f"not a record of schema {SCHEMA}; run the notebook again with this version."
        )
    try:
        parsed = Record.model_validate(content)
    except ValidationError as error:
        raise ValueError(_explain(error, content)) from None
    try:
        json.dumps(content, allow_nan=False)
    except RecursionError:
        raise ValueError("not a record: it is nested too deeply.") from None
    except ValueError as error:
        raise ValueError(
            f"the record holds NaN or infinity, which JSON cannot hold ({error})."
        ) from error
    return parsed
