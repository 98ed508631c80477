"""Claims are found in the text and tested on the record; what slips through turns red."""

import json
import re

import pytest

from mnist_lab.record_schema import SCHEMA, parse_record
from tools.claims import sentences
from tools.claims.claim import failures, general, our_run
from tools.claims.course import NOTEBOOKS, check, claims_of
from tools.claims.report import Outcome, page, summary
from tools.claims.seals import read_seals, seal_of

TEXT = """# Title: better than most

Most of the table is zero. It has 28 rows.
The gap is *half a point*. (In our run it fell.) Is it more?

- A first item, faster than the second (LeCun et al. 1998, p. 3).
- A second.

```python
more = less
```
"""


def a_record(**quantities):
    return parse_record(
        {
            "schema": SCHEMA,
            "notebook": "01_x",
            "model": "mlp",
            "weights": 10,
            "parameters": {"seed": 0},
            "data": {"source": "mnist", "train": 54_000, "validation": 6_000, "test": 10_000},
            "metrics": {"test_accuracy": 0.9, "test_accuracy_interval": [0.88, 0.92]},
            "seconds": 1.0,
            "versions": {},
            "quantities": quantities,
        }
    )


def test_a_text_is_divided_into_its_sentences():
    assert sentences.split(TEXT) == [
        "Most of the table is zero.",
        "It has 28 rows.",
        "The gap is *half a point*.",
        "(In our run it fell.)",
        "Is it more?",
        "A first item, faster than the second (LeCun et al. 1998, p. 3).",
        "A second.",
    ]


def test_a_sentence_that_compares_is_claimed_or_listed():
    claims = [general("Most of the table is zero.", lambda run: True)]
    assert sentences.problems(TEXT, claims, {}) == [
        "neither claimed nor listed: The gap is *half a point*.",
        "neither claimed nor listed: (In our run it fell.)",
        "neither claimed nor listed: A first item, faster than the second"
        " (LeCun et al. 1998, p. 3).",
    ]


def test_a_changed_sentence_turns_red():
    claims = [general("Most of the table is one.", lambda run: True)]
    others = {"The gap is *half a pint*.": "definition"}
    found = sentences.problems("Most of the table is zero.", claims, others)
    assert found == [
        "claimed, but not in the notebook: Most of the table is one.",
        "listed, but not in the notebook: The gap is *half a pint*.",
        "neither claimed nor listed: Most of the table is zero.",
    ]


def test_a_sentence_has_one_place():
    sentence = "Most of the table is zero."
    claims = [general(sentence, lambda run: True)]
    assert sentences.problems(sentence, claims, {sentence: "printed"}) == [
        f"listed, and claimed too: {sentence}"
    ]


def test_a_claim_is_tested_on_quantities_and_on_the_record():
    claims = [
        general("a", lambda run: run.gap < 2 and run.accuracy == 0.9 and run.source == "mnist"),
        general("b", lambda run: run.gap > 2),
        our_run("c", lambda run: run.absent),
        general("d", lambda run: False, applies=lambda run: run.source == "sample"),
    ]
    failed = failures(claims, a_record(gap=1))
    assert [claim.sentence for claim, _ in failed] == ["b", "c"]
    assert failed[0][1] == "it does not hold"
    assert "the record keeps no 'absent', only gap" in failed[1][1]


def test_the_report_names_what_failed_and_where():
    outcomes = [
        Outcome("01_x", "sample, quick values, seed 1", 3, [("Most <is> zero.", "no")], ""),
        Outcome("01_x", "mnist, default values", 0, [], "2 of 3 runs are good"),
    ]
    html = page(outcomes)
    assert "Most &lt;is&gt; zero." in html
    assert "2 of 3 runs are good" in html
    assert summary(outcomes) == (
        "3 tests of general claims in 2 runs: 1 failed, of 1 sentences; 1 runs had problems."
    )


def test_a_number_that_is_changed_in_an_output_breaks_the_seal(tmp_path):
    notebook = NOTEBOOKS[0]
    content = json.loads(notebook.read_text(encoding="utf-8"))
    printed = [
        output
        for cell in content["cells"]
        for output in cell.get("outputs", [])
        if output.get("name") == "stdout" and re.search(r"\d", "".join(output["text"]))
    ]
    printed[0]["text"] = [re.sub(r"\d", "7", line, count=1) for line in printed[0]["text"]]
    changed = tmp_path / notebook.name
    changed.write_text(json.dumps(content), encoding="utf-8")
    assert seal_of(changed) != seal_of(notebook)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_committed_outputs_are_those_of_the_run_itself(notebook):
    assert read_seals()[notebook.stem] == seal_of(notebook), "run: make notebooks"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_sentence_about_a_result_is_true_of_the_committed_run(notebook):
    assert len(claims_of(notebook)) >= 5
    assert check(notebook) == []
