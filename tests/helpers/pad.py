"""What a browser sends to the pad, and a page that shows one without Jupyter."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import JSHandle, Locator, Page

from mnist_lab import handwriting
from mnist_lab.handwriting import Pad
from mnist_lab.handwriting.pad_script import pad_script

SEVEN = next(entry for entry in handwriting.load_recorded() if entry.label == 7)
SENT = [{"width": stroke.width, "points": stroke.points.tolist()} for stroke in SEVEN.strokes]


def sent(pad: Pad, **state: Any) -> None:
    """Hand the pad an update of its traits as a browser's arrives."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    pad._handle_msg({"content": {"data": data}, "buffers": []})


def asked(pad: Pad, content: Any, buffers: Sequence[bytes] = ()) -> None:
    """Hand the pad a message of its own as a browser's arrives."""
    data = {"method": "custom", "content": content}
    pad._handle_msg(
        {"content": {"data": data}, "buffers": [memoryview(buffer) for buffer in buffers]}
    )


FOLDER = Path(handwriting.__file__).parent
SCRIPT = pad_script()
STYLE = (FOLDER / "pad.css").read_text(encoding="utf-8")

# Keeps the state in the page; `draw` and `ask` are Python's, and stand for the kernel. `lose` cuts
# the pad off as JupyterLab does after a restart; while `silent` is true, nobody answers.
SHOW = """async ({script, state}) => {
  const listeners = {};
  const trigger = (name, ...parts) => (listeners[name] ?? []).forEach((listen) => listen(...parts));
  window.count = () => Object.values(listeners).flat().length;
  window.silent = false;
  window.lose = () => {
    window.cutOff = true;
    trigger("comm_live_update");
  };
  window.model = {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      trigger(`change:${name}`);
    },
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    off(name, listener) {
      listeners[name] = listeners[name].filter((other) => other !== listener);
    },
    send(content) {
      if (window.cutOff) throw new Error("Cannot send");
      if (window.silent) return;
      window.ask(content).then(([status, reply]) => {
        window.model.set("status", status);
        trigger("msg:custom", reply);
      });
    },
    async save_changes() {
      if (!window.silent) window.model.set("answer", await window.draw(state.strokes));
    },
  };
  const url = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
  const {default: pad} = await import(url);
  window.end = pad.render({model: window.model, el: document.body});
}"""


def reading(page: Page) -> Locator:
    return page.locator(".lab-pad-reading")


def strokes(page: Page) -> list[dict[str, Any]]:
    return page.evaluate("window.model.get('strokes')")


def pixels(page: Page) -> str:
    return page.locator(".lab-pad-canvas").evaluate("canvas => canvas.toDataURL()")


# A file as the clipboard and a drop have it, in an event of the browser's.
TRANSFER = """([name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type}));
  return transfer;
}"""


def transfer_of(page: Page, path: Path) -> JSHandle:
    """Return a file in the browser, as a drop and a clipboard hold it."""
    content = base64.b64encode(path.read_bytes()).decode()
    return page.evaluate_handle(TRANSFER, [path.name, "image/png", content])


def drop(page: Page, path: Path) -> None:
    """Drag a file over the pad and let it fall."""
    for event in ("dragover", "drop"):
        page.dispatch_event(".lab-pad-canvas", event, {"dataTransfer": transfer_of(page, path)})


def paste(page: Page, path: Path) -> None:
    """Paste a file where the pad has the focus."""
    page.locator(".lab-pad-canvas").evaluate(
        "(canvas, transfer) => canvas.dispatchEvent(new ClipboardEvent('paste',"
        " {clipboardData: transfer, bubbles: true, cancelable: true}))",
        transfer_of(page, path),
    )
