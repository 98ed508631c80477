"""Changes to good inputs: of bytes, of texts, and of the values in JSON."""

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

# Values that readers stumble over.
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 2**31, -(2**63), 2**64, 10**400, 0.5, 1e308, 1e-320,
    float("nan"), float("inf"), -0.0, "", "0", "1e3", "None", "\x00", "\ud800", "a" * 3000, "é漢",
    "$\\frac{$", "<script>", "../x", "__class__", [], {}, [[]], [None], [1, "a"], {"a": {}},
    {"": None},
)  # fmt: skip
ODD_TEXTS = (
    "!!timestamp 0", "!!int x", "!!binary ", "&a [*a]", "*a", "<<: *a", ".nan", ".inf", "0x", "'",
    '"', "\\", "\n", "\t", "[" * 200, "{", "}", ": ", "- ", ", ", "=", "#", "%", "--- ", "? ", "| ",
    "\x00", "\x1b", "\ud800", "9" * 5000, "1e999", "__import__('os')", "lambda: 0", "(" * 300, "**",
)  # fmt: skip


def change_bytes(rng: Random, content: bytes) -> bytes:
    """Return bytes with one to eight changes: flips, cuts, repeats, insertions."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        # Headers are at the start, so that half of the changes are made there.
        reach = len(changed) if rng.random() < 0.5 else min(len(changed), 64)
        start = rng.randrange(reach + 1)
        end = min(len(changed), start + rng.choice((1, 1, 2, 4, 8, 64)))
        match rng.randrange(6):
            case 0 if changed:
                changed[min(start, len(changed) - 1)] ^= 1 << rng.randrange(8)
            case 1:
                changed[start:end] = rng.randbytes(end - start)
            case 2:
                del changed[start:end]
            case 3:
                changed[start:start] = changed[start:end] * rng.choice((1, 2, 50))
            case 4:
                del changed[start:]
            case _:
                odd = rng.choice((b"\x00" * 4, b"\xff" * 4, b"\xff" * 8, b"\x00\x00\x00\x80"))
                changed[start:end] = odd
    return bytes(changed)


def change_text(rng: Random, text: str) -> str:
    """Return a text with one to four changes: odd pieces, repeats, cuts, single letters."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice((0, 1, 1, 4, 20)))
        piece = rng.choice(
            (rng.choice(ODD_TEXTS), text[start:end] * 3, "", chr(rng.randrange(0x110000)))
        )
        text = text[:start] + piece + text[end:]
    return text


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every value inside a JSON value, its own, (), first."""
    items: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


def _replace(value: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    value[path[0]] = _replace(value[path[0]], path[1:], change)
    return value


def change_value(rng: Random, value: Any) -> Any:
    """Return a JSON value with one to four changes at places of it, which stays as it is."""
    changed = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        changed = _replace(changed, rng.choice(places(changed)), _change_one(rng, changed))
    return changed


def _change_one(rng: Random, whole: Any) -> Callable[[Any], Any]:
    """Return a function that changes one value; `whole` is where others may be taken from."""
    kind = rng.randrange(6)

    def change(value: Any) -> Any:
        match kind:
            case 0 | 1:
                return copy.deepcopy(rng.choice(ODD_VALUES))
            case 2 if isinstance(value, (dict, list)) and value:
                smaller = copy.copy(value)
                del smaller[
                    rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
                ]
                return smaller
            case 3 if isinstance(value, list):
                return value * rng.choice((2, 20))
            case 4 if isinstance(value, str):
                return change_text(rng, value)
            case 4 if isinstance(value, (int, float)) and abs(value) < 1e15:
                return value * rng.choice((-1, 0, 2, 1e9, 1e300))
            case 5:
                found = whole
                for key in rng.choice(places(whole)):
                    found = found[key]
                return copy.deepcopy(found)
        return rng.choice(([value], {"a": value}, str(value)))

    return change


def change_json(rng: Random, value: Any) -> bytes:
    """Return JSON with changed values, and sometimes changed bytes or deep brackets."""
    try:
        text = json.dumps(change_value(rng, value), ensure_ascii=rng.random() < 0.8)
    except (ValueError, RecursionError):  # a number of more digits than Python writes
        text = json.dumps(value)
    content = text.encode("utf-8", "surrogatepass")
    chance = rng.random()
    if chance < 0.1:
        return change_bytes(rng, content)
    if chance < 0.12:
        depth = rng.choice((50, 200, 900, 100_000))
        return content.replace(b"1", b"[" * depth + b"]" * depth, 1)
    return content
