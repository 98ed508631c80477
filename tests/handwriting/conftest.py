"""Networks of two epochs, a pad that asks them, and a page that shows a pad without Jupyter."""

import pytest
from playwright.sync_api import expect

import mnist_lab as lab
from mnist_lab.handwriting import Pad
from tests.helpers import browser as browsing
from tests.helpers.pad import SCRIPT, SHOW, STYLE, reading


@pytest.fixture(scope="session")
def digits():
    return lab.load_digits("sample", train_size=1000)


@pytest.fixture(scope="session")
def networks(digits):
    """Trained once; a test that changes one would change it for the others."""
    made = {
        "single": lab.models.single_layer(),
        "dense": lab.models.mlp([30, 20]),
        "cnn": lab.models.cnn([4, 8]),
    }
    for network in made.values():
        lab.train(network, digits, epochs=2, verbose=False)
    return made


@pytest.fixture
def pad(networks, digits, tmp_path):
    made = Pad(networks, digits, tmp_path / "mine")
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_pad(networks, digits, tmp_path_factory):
    made = Pad(networks, digits, tmp_path_factory.mktemp("shared"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def shown_pad(networks, digits, tmp_path_factory):
    """The pad of `page`; it has no convolutional network, so that it answers sooner."""
    models = {name: networks[name] for name in ("single", "dense")}
    made = Pad(models, digits, tmp_path_factory.mktemp("shown"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def chromium():
    with browsing.chromium(browsing.find_chromium()) as browser:
        yield browser


@pytest.fixture
def page(chromium, shown_pad, monkeypatch):
    """A page that shows the pad, and in the end has complained of nothing."""
    page = chromium.new_page(viewport={"width": 1000, "height": 900})
    page.set_default_timeout(20_000)
    complaints, replies = [], []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    monkeypatch.setattr(shown_pad, "send", lambda content, buffers=None: replies.append(content))

    def on_draw(strokes):
        shown_pad.draw(strokes)
        return shown_pad.answer

    def on_ask(content):
        shown_pad._handle_custom_msg(content, [])
        return [shown_pad.status, replies.pop()]

    page.expose_function("draw", on_draw)
    page.expose_function("ask", on_ask)
    page.set_content(f"<style>{STYLE}</style><button>elsewhere</button>")
    shown_pad.draw([])
    shown_pad.collection.unlink(missing_ok=True)
    shown_pad.status = ""
    names = ("canvas_size", "pen_width", "blind", "strokes", "answer")
    state = {name: getattr(shown_pad, name) for name in names}
    page.evaluate(SHOW, {"script": SCRIPT, "state": state | {"status": ""}})
    expect(reading(page)).to_have_text("Draw a digit.")
    yield page
    page.close()
    assert complaints == []
