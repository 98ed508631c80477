"""Values written in YAML: grids, `--set` and quick values, restricted to what JSON can hold."""

import json
from typing import Any

import yaml

from mnist_lab import checks

MAX_CHARACTERS = 1_000_000
_MAX_VALUES = 100_000
_MAX_LEVELS = 50
_PREFIX = "tag:yaml.org,2002:"
# The kinds of values that JSON has, "<<" to merge a mapping into another, and "=", which is text.
_TAGS = {_PREFIX + kind for kind in ("null", "bool", "int", "float", "str", "seq", "map", "merge")}


def _check(node: yaml.Node, above: tuple[int, ...], sizes: dict[int, int]) -> int:
    """Return how many values a node stands for; ValueError for what JSON cannot hold.

    An alias stands for all values that it names, so that a few lines may ask for millions.
    """
    if id(node) in above:
        raise ValueError("a value holds itself")
    if len(above) > _MAX_LEVELS:
        raise ValueError(f"it is nested too deeply, more than {_MAX_LEVELS} levels")
    if id(node) in sizes:
        return sizes[id(node)]
    if node.tag not in _TAGS:
        kind = node.tag.removeprefix(_PREFIX)
        raise ValueError(
            f"values are numbers, strings, true, false, null and lists of these, not {kind[:40]}"
        )
    size = 1
    for child in _children(node):
        size += _check(child, (*above, id(node)), sizes)
        if size > _MAX_VALUES:
            raise ValueError(f"it stands for more than {_MAX_VALUES:,} values")
    sizes[id(node)] = size
    return size


def _children(node: yaml.Node) -> list[yaml.Node]:
    """Return the nodes directly in a node; ValueError for keys that are no text, or come twice."""
    if isinstance(node, yaml.SequenceNode):
        return node.value
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key for key, _ in node.value if key.tag != f"{_PREFIX}merge"]
    if not all(isinstance(key, yaml.ScalarNode) and key.tag == f"{_PREFIX}str" for key in keys):
        raise ValueError("the names in a mapping are text, such as epochs")
    names = [key.value for key in keys]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"a mapping has the name {twice[:40]!r} twice")
    return [value for _, value in node.value]


def read_yaml(text: str) -> Any:
    """Return the value of a YAML text.

    Args:
        text: One document of at most a million characters, and a hundred thousand values with
            what its aliases stand for.

    Returns:
        None, a bool, a finite number, a string, or lists and dicts of these.

    Raises:
        ValueError: It is not YAML, or JSON cannot hold the value; the message is one line.

    Example:
        >>> read_yaml("{epochs: 5, hidden_layers: [100, 50]}")
        {'epochs': 5, 'hidden_layers': [100, 50]}
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"it has more than {MAX_CHARACTERS:,} characters")
    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _check(node, (), {})
            value = loader.construct_document(node)
        finally:
            loader.dispose()
        stored = json.dumps(value, ensure_ascii=False)
        stored.encode()
        json.loads(stored, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except Exception as error:  # tags such as !!int make PyYAML raise errors of many types
        raise ValueError(_reason(error)) from error
    return value


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} cannot be the value of a parameter")


def _reason(error: Exception) -> str:
    """Return one line about an error of reading."""
    text = checks.one_line(error)
    if type(error) is ValueError:
        return text
    return f"it is not YAML of plain values ({type(error).__name__}: {text})"
