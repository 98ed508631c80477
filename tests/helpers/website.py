"""What a page of the website links to, loads and shows."""

from html.parser import HTMLParser
from pathlib import Path


class Links(HTMLParser):
    """A page's ids, what its links lead to, and what a browser loads for it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: list[str] = []
        self.loaded: list[str] = []
        self.alternatives: list[str | None] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids.add(found.get("id") or "")
        if tag == "a":
            self.targets.append(found.get("href") or "")
        elif found.get("rel") not in ("search", "index", "next", "prev"):
            self.loaded += [found[name] or "" for name in ("src", "href") if name in found]
        if tag == "img" and found.get("class") == "figure":
            self.alternatives.append(found.get("alt"))
