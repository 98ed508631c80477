"""Notebooks are read as they are stored; a file that is none gives NotebookError, naming it."""

import copy
import json
import os

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_lab import ipynb
from mnist_lab.runs.notebook import validate_run

CELLS = [
    {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Title\n", "text"]},
    {
        "cell_type": "code",
        "id": "b",
        "metadata": {},
        "execution_count": 1,
        "source": ["x = 1\n", "x"],
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
            {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {
                    "image/png": ["aGVs\n", "bG8="],
                    "text/plain": ["1"],
                    "application/json": ["a", "b"],
                },
            },
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["one", "two"]},
        ],
    },
    {
        "cell_type": "code",
        "id": "c",
        "metadata": {},
        "execution_count": None,
        "source": "",
        "outputs": [],
    },
]
NOTEBOOK = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def write(folder, content):
    path = folder / "a.ipynb"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_notebook_is_read_as_nbformat_reads_it(tmp_path):
    path = write(tmp_path, NOTEBOOK)
    assert ipynb.read(path) == nbformat.read(path, as_version=4)


def test_the_courses_notebooks_are_read_as_nbformat_reads_them(root):
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        assert ipynb.read(path) == nbformat.read(path, as_version=4), path.name


def test_lists_in_json_outputs_and_tracebacks_stay_lists(tmp_path):
    _, result, error = ipynb.read(write(tmp_path, NOTEBOOK))["cells"][1]["outputs"]
    assert result["data"]["application/json"] == ["a", "b"]
    assert error["traceback"] == ["one", "two"]


def test_code_cells_and_outputs_of_one_format_come_in_order(tmp_path):
    content = ipynb.read(write(tmp_path, NOTEBOOK))
    assert [cell["id"] for cell in ipynb.code_cells(content)] == ["b", "c"]
    assert ipynb.outputs(content, "image/png") == ["aGVs\nbG8="]
    assert ipynb.outputs(content, "image/jpeg") == []
    assert ipynb.figures(content) == [("aGVs\nbG8=", "")]


def test_a_figure_comes_with_its_text_alternative(tmp_path):
    content = ipynb.read(write(tmp_path, NOTEBOOK))
    (output,) = (o for o in content["cells"][1]["outputs"] if "image/png" in o.get("data", {}))
    for metadata, text in [
        ({"image/png": {"alt": "A line."}}, "A line."),
        ({"image/png": {"width": 3}}, ""),
        ({"image/png": ["alt"]}, ""),
        ({"image/png": {"alt": 3}}, ""),
        ([], ""),
    ]:
        output["metadata"] = metadata
        assert ipynb.figures(content) == [("aGVs\nbG8=", text)]


def test_a_notebook_without_outputs_was_never_run_and_the_given_one_keeps_its_outputs(tmp_path):
    content = ipynb.read(write(tmp_path, NOTEBOOK))
    before = copy.deepcopy(content)
    fresh = ipynb.without_outputs(content)
    assert content == before
    assert [cell["source"] for cell in fresh["cells"]] == [
        cell["source"] for cell in content["cells"]
    ]
    assert all(
        (cell["outputs"], cell["execution_count"]) == ([], None) for cell in ipynb.code_cells(fresh)
    )
    nbformat.validate(nbformat.from_dict(fresh))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "null", "{}", '{"cells": {}}', '{"cells": ""}', '{"cells": [7]}'],
)
def test_what_is_no_notebook_is_refused_by_name(tmp_path, text):
    with pytest.raises(ipynb.NotebookError, match=r"^a\.ipynb: not a readable notebook"):
        ipynb.read(write(tmp_path, text))


@pytest.mark.parametrize(
    "damage",
    [
        {"outputs": ""},
        {"outputs": [{"data": {}}]},
        {"outputs": [{"output_type": "error"}]},
        {"outputs": [{"output_type": "unknown", "data": None}]},
        {"outputs": [{"output_type": "display_data", "data": []}]},
        {"execution_count": "1"},
        {"source": {"a": 1}},
    ],
)
def test_a_code_cell_of_another_shape_is_refused(tmp_path, damage):
    content = {**NOTEBOOK, "cells": [CELLS[1] | damage]}
    with pytest.raises(ipynb.NotebookError, match=r"^a\.ipynb: not a readable notebook"):
        ipynb.read(write(tmp_path, content))


def test_an_absent_file_a_folder_and_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(ipynb.NotebookError, match=r"absent\.ipynb: cannot be read"):
        ipynb.read(tmp_path / "absent.ipynb")
    with pytest.raises(ipynb.NotebookError, match="cannot be read"):
        ipynb.read(tmp_path)
    (tmp_path / "b.ipynb").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ipynb.NotebookError, match=r"^b\.ipynb: not a readable notebook"):
        ipynb.read(tmp_path / "b.ipynb")


def test_brackets_without_end_are_refused(tmp_path):
    with pytest.raises(ipynb.NotebookError, match="not a readable notebook"):
        ipynb.read(write(tmp_path, "[" * 200_000))


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "display_data", "data": {"application/json": nested(200)}},
        {"output_type": "display_data", "data": {"text/plain": "\ud800"}},
        {"output_type": "display_data", "data": {"\udfff": "x"}},
        {"output_type": "stream", "text": ["\ud83d", "x"]},
        {"output_type": "error", "ename": "E", "evalue": "\udc80"},
    ],
    ids=["deep", "half a character", "in a name", "in a stream", "in an error"],
)
def test_what_no_page_could_show_is_refused_by_name(tmp_path, output):
    content = {**NOTEBOOK, "cells": [CELLS[1] | {"outputs": [output]}]}
    with pytest.raises(ipynb.NotebookError, match=r"^a\.ipynb: not a readable notebook"):
        ipynb.read(write(tmp_path, content))


def test_a_character_written_as_two_halves_is_one_character(tmp_path):
    content = {**NOTEBOOK, "cells": [CELLS[0] | {"source": "\U0001f600"}]}
    path = write(tmp_path, json.dumps(content))
    assert "\\ud83d\\ude00" in path.read_text(encoding="utf-8")
    assert ipynb.read(path)["cells"][0]["source"] == "\U0001f600"


def test_a_file_too_large_for_a_notebook_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(2**40)  # a hole, which takes no room on the disk
    with pytest.raises(ipynb.NotebookError, match=r"^a\.ipynb: .*more than 67,108,864 bytes"):
        ipynb.read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_named_as_a_notebook_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.ipynb")
    with pytest.raises(ipynb.NotebookError, match=r"a\.ipynb: cannot be read"):
        ipynb.read(tmp_path / "a.ipynb")


def _places(value, path=()):
    """Return the path to every value inside a JSON value."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else []
    )
    return [path, *(place for key, item in items for place in _places(item, (*path, key)))]


def _replaced(content, path, value):
    content = copy.deepcopy(content)
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    if value is DELETED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return content


DELETED = object()
small_lists = st.lists(st.none() | st.integers(0, 1) | st.text(max_size=2), max_size=2)
small_dicts = st.dictionaries(st.sampled_from(["data", "text"]), st.none() | st.text(), max_size=2)
small_values = st.one_of(
    st.just(DELETED),
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(),
    st.text(max_size=3),
    small_lists,
    small_dicts,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(_places(NOTEBOOK)[1:]), small_values)
def test_a_notebook_with_one_thing_changed_is_read_or_refused_and_nothing_else(
    tmp_path, place, value
):
    path = write(tmp_path, _replaced(NOTEBOOK, place, value))
    try:
        content = ipynb.read(path)
    except ipynb.NotebookError as error:
        assert str(error).startswith("a.ipynb: ")
        return
    ipynb.outputs(content, "image/png")
    json.dumps(ipynb.without_outputs(content))
    assert all(isinstance(problem, str) for problem in validate_run(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, len(json.dumps(NOTEBOOK))), st.binary(max_size=4))
def test_a_notebook_cut_short_or_overwritten_is_read_or_refused_and_nothing_else(
    tmp_path, start, replacement
):
    text = json.dumps(NOTEBOOK).encode()
    for damaged in (text[:start], text[:start] + replacement + text[start + len(replacement) :]):
        path = tmp_path / "a.ipynb"
        path.write_bytes(damaged)
        try:
            ipynb.read(path)
        except ipynb.NotebookError as error:
            assert str(error).startswith("a.ipynb: ")
