"""The sentences of a notebook's prose, and those among them that speak of results."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mnist_lab import ipynb
from tools.claims.claim import Claim

# Words of sentences that compare, count, order or explain.
_SPEAKING = re.compile(
    r"\b(?:most|mostly|fewe?r?|half|thirds?|quarters?|fifths?|tenths?|dozens?|hundreds?|thousands?"
    r"|hardly|barely|nearly|almost|about as|as \w+ as|the same|equal(?:ly)?|because|so that"
    r"|therefore|more|less|better|worse|best|worst|least|than|twice|times|always|never|none|nothing"
    r"|per cent|points?|rises?|rose|falls?|fell|grows?|grew|drops?|dropped|gains?|gained"
    r"|los(?:es?|t)|beats?|differs?|agrees?|fails?|enough|only|clear(?:ly|est)?|sharpl?y?|quick(?:ly|er)?"
    r"|slow(?:ly|er)?|early|late|soon|usually|often|rarely|seldom|our run)\b|%",
    re.I,
)
_ABBREVIATIONS = re.compile(r"\b(?:al|vs|cf|e\.g|i\.e|etc|no|pp?|Fig|Sec|ch)\.$")
# A sentence ends at its mark, with what closes after it, before a capital, a digit or an opening.
_END = re.compile(r"[.?:][)*_\"”']*(?=\s+[(\[*_`\"“$]*[A-Z0-9]|\s+[$`]|\s*$)")


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs and list items of Markdown, without headings, code and tables."""
    text = re.sub(r"^```.*?^```[^\n]*$", "", text, flags=re.M | re.S)
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", text):
        block = " ".join(block.split())
        block = re.sub(r"^(?:[-*]|\d+\.)\s+", "", block)
        if block and not block.startswith(("#", "|", "<", "![")):
            yield block


def split(text: str) -> list[str]:
    """Return the sentences of a text in Markdown, in order, with single blanks."""
    found = []
    for block in _blocks(text):
        start = 0
        for match in _END.finditer(block):
            sentence = block[start : match.end()].strip()
            if _ABBREVIATIONS.search(sentence):
                continue
            found.append(sentence)
            start = match.end()
        if rest := block[start:].strip():
            found.append(rest)
    return found


def prose(notebook: Path) -> str:
    """Return the text of a notebook's Markdown cells."""
    cells = ipynb.read(notebook)["cells"]
    return "\n\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")


def speaking(sentences: Iterable[str]) -> list[str]:
    """Return the sentences that may speak of a result: none that asks, but all that compare."""
    return [
        sentence
        for sentence in sentences
        if not sentence.rstrip("*_)").endswith("?") and _SPEAKING.search(sentence)
    ]


def problems(text: str, claims: Iterable[Claim], others: Mapping[str, str]) -> list[str]:
    """Return how a notebook's text and its claims disagree.

    Args:
        text: The notebook's prose.
        claims: Those of the notebook.
        others: The other sentences that compare or count, each with what it rests on instead:
            "definition", "mathematics", "instruction", "printed", or a source.

    Returns:
        One line per problem: a claim or a listed sentence that is not in the text, a sentence that
        may speak of a result and is neither, one that is both.
    """
    sentences = split(text)
    there = set(sentences)
    known = dict.fromkeys(claim.sentence for claim in claims)
    found = [f"claimed, but not in the notebook: {line}" for line in known if line not in there]
    found += [f"listed, but not in the notebook: {line}" for line in others if line not in there]
    found += [f"listed, and claimed too: {line}" for line in others if line in known]
    found += [
        f"neither claimed nor listed: {sentence}"
        for sentence in speaking(sentences)
        if sentence not in known and sentence not in others
    ]
    return found
