"""The claims of each notebook, and their check on the committed run."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from mnist_lab.records import read_record
from tools.claims import sentences
from tools.claims.claim import Claim, failures

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def claims_of(notebook: Path) -> list[Claim]:
    """Return the claims of a notebook, from the module with its number."""
    return import_module(f"tools.claims.notebook_{notebook.stem[:2]}").CLAIMS


def others_of(notebook: Path) -> Mapping[str, str]:
    """Return a notebook's other sentences that compare or count, with what they rest on."""
    return import_module(f"tools.claims.notebook_{notebook.stem[:2]}").OTHERS


def check(notebook: Path) -> list[str]:
    """Return what is wrong with the sentences of a committed notebook, one line per problem."""
    claims = claims_of(notebook)
    found = sentences.problems(sentences.prose(notebook), claims, others_of(notebook))
    failed = failures(claims, read_record(notebook))
    return found + [f"{reason}: {claim.sentence}" for claim, reason in failed]
