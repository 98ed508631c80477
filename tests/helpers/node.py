"""Runs modules of the page of drawings in Node.js, as the page has them."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any

from mnist_lab.export.page import MODULES, page_script

# Reads from stdin exactly as many bytes as asked for; null at its end.
_READ = """
const { readSync, writeSync } = await import("node:fs");
const readExactly = (length) => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(0, bytes, at, length - at);
    if (count === 0) return null;
    at += count;
  }
  return bytes;
};
const write = (bytes) => {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
};
"""


def run(modules: Sequence[str], code: str, parts: Iterable[bytes] = ()) -> bytes:
    """Run code after modules of the page, with parts on stdin one after the other.

    Returns what it writes to stdout. The code has `readExactly(length)` and `write(bytes)`.
    """
    files = [file for file in MODULES if file.name in modules]
    script = page_script(files, _READ + code)
    command = ["node", "--input-type=module", "--eval", script]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin
    for part in parts:
        process.stdin.write(part)
    out, err = process.communicate()
    assert process.returncode == 0, err.decode()
    return out


def run_json(modules: Sequence[str], code: str, given: Any) -> Any:
    """Run code that finds `given` as JSON has it, and return what it hands to `answer`."""
    content = json.dumps(given).encode()
    begin = f"""
    const given = JSON.parse(readExactly({len(content)}).toString());
    const answer = (value) => write(Buffer.from(JSON.stringify(value)));
    """
    return json.loads(run(modules, begin + code, [content]))
