"""The stored searches: their file is complete after each search, and is gone on with."""

import json
from contextlib import contextmanager

from typer.testing import CliRunner

from tools import store_searches


class Here:
    """Takes the place of the processes: jobs run one after the other, as a pool's would."""

    def __init__(self, ran):
        self.ran = ran

    @contextmanager
    def Pool(self, workers, maxtasksperchild):
        yield self

    def imap_unordered(self, function, jobs):
        for kind, number, trials in jobs:
            self.ran.append((kind, number))
            yield {
                "kind": kind,
                "search": number,
                "trials": [[0.002, "linear", 0.1, 0.2, 0.0, 0.0, 0.9, 0.91]] * trials,
            }


def stored(monkeypatch, path, *options):
    ran = []
    monkeypatch.setattr(store_searches.multiprocessing, "get_context", lambda _: Here(ran))
    monkeypatch.setattr(store_searches.os, "environ", {})
    app = store_searches.typer.Typer()
    app.command()(store_searches.main)
    result = CliRunner().invoke(app, [*options, "--path", str(path)])
    assert result.exit_code == 0, result.output
    return ran, json.loads(path.read_text(encoding="utf-8"))


def test_searches_that_the_file_holds_are_not_run_again(monkeypatch, tmp_path):
    path = tmp_path / "searches.json"
    ran, first = stored(monkeypatch, path, "--searches", "1", "--trials", "12")
    assert ran == [("random", 0), ("tpe", 0)]
    ran, second = stored(monkeypatch, path, "--searches", "2", "--trials", "12")
    assert ran == [("random", 1), ("tpe", 1)]
    assert second["searches"][:2] == first["searches"]
    assert [search["search"] for search in second["searches"]] == [0, 0, 1, 1]
    assert len(path.read_text(encoding="utf-8").splitlines()) > 5


def test_a_file_of_other_searches_is_made_anew(monkeypatch, tmp_path):
    path = tmp_path / "searches.json"
    stored(monkeypatch, path, "--searches", "1", "--trials", "12")
    ran, content = stored(monkeypatch, path, "--searches", "1", "--trials", "13")
    assert len(ran) == 2
    assert {len(search["trials"]) for search in content["searches"]} == {13}
