"""Checks the course's rules on prose and shape; `make lint` runs `python -m tools.lint_course`.

Each rule is a function that yields its violations. Its docstring is the reason of the rule, and is
printed with them.
"""

import re
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from mnist_lab import ipynb

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 300
HEADINGS = ("Prepare the data", "Build the model", "Train", "Evaluate")
HEADINGS_AT_THE_END = ("What was new, answered", "Exercises")
RUNGS = ("01", "02", "03", "06")
LANGUAGE_INFO = (
    "codemirror_mode",
    "file_extension",
    "mimetype",
    "name",
    "nbconvert_exporter",
    "pygments_lexer",
    "version",
)
FORBIDDEN_LINES = {
    r"^\s*[!%]": "a magic or shell command",
    r"import \*": "an import of everything",
    r"filterwarnings|simplefilter": "a silenced warning",
    r"os\.environ|getenv": "an environment variable",
    r"/(work|root|home|tmp|Users)/": "a path of one machine",
}
_NOUNS = (
    "batch|bin|call|command|digit|epoch|figure|file|filter|image|kind|label|layer|learner|neuron"
    "|notebook|pair|row|run|seed|setting|step|task"
)
# "seconds an epoch" instead of "seconds per epoch". After an article, a noun stands for itself, as
# in "gives an image a label"; before a verb, a clause begins, as in "In this run a digit is lost".
DISTRIBUTIVE = re.compile(
    r"(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bthis )(?<!\bits )(?<!\beach )(?<!\bevery )(?<!\bper )"
    rf"\b((?:{_NOUNS}|bar|cell|dot|epoch|line|number|panel|point|value|weight)(?:s|es)?"
    r"|ms|milliseconds|seconds|minutes|hours)"
    rf"([\s#]+)an? ({_NOUNS})\b"
    r"(?=\s*(?:$|[^\w\s(`*]|(?:and|as|at|for|from|in|on|or|than|to|when|while|with)\b))"
)

Problem = tuple[str, str]  # where it is, and the violation


class Page:
    """A notebook's name, cells and prose."""

    def __init__(self, path: Path) -> None:
        self.name = f"{path.parent.name}/{path.name}"
        content = ipynb.read(path)
        self.content = content
        self.cells = content["cells"]
        self.language_info = content.get("metadata", {}).get("language_info", {})
        self.code = [cell["source"] for cell in self.cells if cell["cell_type"] == "code"]
        self.text = "\n".join(
            cell["source"] for cell in self.cells if cell["cell_type"] == "markdown"
        )


def calm_prose(page: Page) -> Iterator[str]:
    """The prose of a textbook needs no exclamation marks; they tire a reader."""
    for line in re.sub(r"`[^`]*`|!\[", "", page.text).splitlines():
        if "!" in line:
            yield f"an exclamation mark: {line.strip()[:60]}"


def more_text_than_code(page: Page) -> Iterator[str]:
    """At least 60 % of a notebook's words are text, so that every result is explained."""
    words, tokens = len(page.text.split()), len(" ".join(page.code).split())
    if words < 0.6 * (words + tokens):
        yield f"{words / (words + tokens):.0%} of the words are text"


def length_of_a_lesson(page: Page) -> Iterator[str]:
    """A notebook has 30 to 60 cells: enough for a subject, and not more than one sitting."""
    if not 30 <= len(page.cells) <= 60:
        yield f"{len(page.cells)} cells"


def few_figures(page: Page) -> Iterator[str]:
    """A reader looks at twelve figures in a sitting, not at more."""
    count = len(ipynb.figures(page.content))
    if count > 12:
        yield f"{count} figures"


def guesses_before_results(page: Page) -> Iterator[str]:
    """A reader who has guessed remembers the result: three to six times in a notebook."""
    guesses = re.findall(r"^(guess_\w+) = \.\.\.", "\n".join(page.code), re.M)
    compared = re.findall(r"^lab\.compare_guess\((guess_\w+), ", "\n".join(page.code), re.M)
    if not 3 <= len(guesses) <= 6:
        yield f"{len(guesses)} guesses"
    if sorted(guesses) != sorted(compared):
        yield f"guesses {', '.join(guesses)}, but compared are {', '.join(compared)}"


def short_record(page: Page) -> Iterator[str]:
    """Keeping the books of a run is not the lesson: its cell has six lines at most."""
    for cell in page.code:
        if "lab.record(" in cell and len(cell.splitlines()) > 6:
            yield f"the cell of the record has {len(cell.splitlines())} lines"


def short_cells(page: Page) -> Iterator[str]:
    """A reader takes in a cell at one glance: half of them have up to 4 lines, 90 % up to 12."""
    lines = sorted(sum(bool(line.strip()) for line in cell.splitlines()) for cell in page.code)
    if lines and statistics.median(lines) > 4:
        yield f"the median code cell has {statistics.median(lines):g} lines"
    if lines and lines[int(0.9 * (len(lines) - 1))] > 12:
        yield f"more than a tenth of the code cells are longer than 12 lines, up to {lines[-1]}"


def text_between_code(page: Page) -> Iterator[str]:
    """After two code cells in a row a reader needs a sentence on what they showed."""
    kinds = "".join("c" if cell["cell_type"] == "code" else " " for cell in page.cells)
    longest = max(len(run) for run in kinds.split(" "))
    if longest > 2:
        yield f"{longest} code cells in a row"


def few_functions(page: Page) -> Iterator[str]:
    """A notebook defines two functions at most; what is used more widely belongs in the package."""
    definitions = sum(len(re.findall(r"^\s*def ", cell, re.M)) for cell in page.code)
    if definitions > 2:
        yield f"{definitions} functions are defined"


def plain_code(page: Page) -> Iterator[str]:
    """A notebook's code runs anywhere, as plain Python, and hides nothing."""
    for pattern, name in FORBIDDEN_LINES.items():
        for cell in page.code:
            for match in re.finditer(rf"^.*(?:{pattern}).*$", cell, re.M):
                yield f"{name}: {match[0].strip()[:60]}"


def no_asserts(page: Page) -> Iterator[str]:
    """A learner who tries other values must not meet an AssertionError: print what is compared."""
    for cell in page.code:
        for match in re.finditer(r"^[ \t]*assert\b.*$", cell, re.M):
            yield f"an assert: {match[0].strip()[:60]}"


def language_of_the_kernel(page: Page) -> Iterator[str]:
    """JupyterLab fills in what is missing in language_info, and then asks to save the page."""
    missing = [key for key in LANGUAGE_INFO if key not in page.language_info]
    if missing:
        yield f"language_info has no {', '.join(missing)}"


def common_headings(page: Page) -> Iterator[str]:
    """All notebooks have the same headings in the same order, so that a reader finds a section."""
    headings = re.findall(r"^## (.+)$", page.text, re.M)
    rung = page.name.partition("/")[2].startswith(RUNGS)
    wanted = (*HEADINGS, "The ladder" if rung else "The record", *HEADINGS_AT_THE_END)
    missing = [heading for heading in wanted if heading not in headings]
    if missing:
        yield f"no heading {', '.join(missing)}"
    elif [heading for heading in headings if heading in HEADINGS] != list(HEADINGS):
        yield f"the headings {', '.join(HEADINGS)} are not in this order"
    if not re.search(r"^#{2,3} What (it learned|went wrong|it gets wrong)$", page.text, re.M):
        yield 'no heading "What it learned", "What went wrong" or "What it gets wrong"'


def questions_are_answered(page: Page) -> Iterator[str]:
    """A notebook opens with two or three questions (**New here**), and answers each at its end."""
    match = re.search(r"\*\*New here\*\*\n\n((?:- .+\n?)+)", page.text)
    questions = match[1].strip().splitlines() if match else []
    if not 2 <= len(questions) <= 3:
        yield f"{len(questions)} questions under New here"
    _, _, end = page.text.partition("## What was new, answered")
    answers = re.findall(r"^- \*\*", end, re.M)
    if len(answers) != len(questions):
        yield f"{len(questions)} questions, {len(answers)} answers"


def _one_line(match: re.Match[str]) -> str:
    """Return the matching words without line breaks and comment signs."""
    return " ".join(match[0].replace("#", " ").split())


def plain_wording_of_a_page(page: Page) -> Iterator[str]:
    """Write "seconds per epoch", not "seconds an epoch": the latter is hard to read."""
    for match in DISTRIBUTIVE.finditer("\n\n".join([page.text, *page.code])):
        yield f'"{_one_line(match)}"'


def plain_wording(root: Path) -> Iterator[Problem]:
    """Write "seconds per epoch", not "seconds an epoch": the latter is hard to read."""
    files = [
        path
        for folder in ("mnist_lab", "benchmarks", "fuzz", "tools", "docs")
        for path in sorted((root / folder).rglob("*"))
    ]
    files += sorted(root.glob("*.md"))
    for path in files:
        if path.suffix in (".py", ".md", ".js", ".j2") and path != Path(__file__).resolve():
            text = path.read_text(encoding="utf-8")
            for match in DISTRIBUTIVE.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path.relative_to(root)}:{line}", f'"{_one_line(match)}"'


def short_files(root: Path) -> Iterator[Problem]:
    """A file of more than 300 lines holds two subjects: give each a file."""
    for folder in ("mnist_lab", "benchmarks", "fuzz", "tools"):
        for path in sorted((root / folder).rglob("*.py")):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > MAX_LINES:
                yield str(path.relative_to(root)), f"{lines} lines"


def reasons_of_dependencies(root: Path) -> Iterator[Problem]:
    """Each dependency says in a comment what it is for, so that it can go when that is gone."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    _, _, added = text.partition("# Each of these for one reason.\n")
    for line in added.partition("\n    # Imported by the package too")[0].splitlines():
        if not re.search(r'", # \w', line):
            yield "pyproject.toml", line.strip()
    text = (root / "environment.yml").read_text(encoding="utf-8")
    for line in text.partition("dependencies:\n")[2].splitlines():
        if line.strip() and line.strip() != "- pip:" and "  # " not in line:
            yield "environment.yml", line.strip()


PAGE_RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    calm_prose,
    more_text_than_code,
    length_of_a_lesson,
    few_figures,
    guesses_before_results,
    short_record,
    short_cells,
    text_between_code,
    few_functions,
    plain_code,
    no_asserts,
    language_of_the_kernel,
    common_headings,
    questions_are_answered,
    plain_wording_of_a_page,
)
ROOT_RULES: tuple[Callable[[Path], Iterator[Problem]], ...] = (
    plain_wording,
    short_files,
    reasons_of_dependencies,
)


def problems(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield where a rule is broken, the violation, and the reason of the rule."""
    pages = [Page(path) for path in sorted((root / "notebooks").glob("*.ipynb"))]
    for page_rule in PAGE_RULES:
        for page in pages:
            for problem in page_rule(page):
                yield page.name, problem, page_rule.__doc__ or ""
    for rule in ROOT_RULES:
        for where, problem in rule(root):
            yield where, problem, rule.__doc__ or ""


def main(root: Path = ROOT) -> int:
    """Print all violations; return 1 if there are any, else 0."""
    explained = ""
    count = 0
    for where, problem, reason in problems(root):
        if reason != explained:
            print(f"\n{reason}")
        explained = reason
        print(f"  {where}: {problem}")
        count += 1
    print(f"\n{count} problem{'s' * (count > 1)}." if count else "The course keeps its rules.")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())
