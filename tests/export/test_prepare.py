"""In a browser a drawing becomes the same 784 bytes as in Python."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab.handwriting import Stroke, crop_to_ink, load_recorded, preprocess, rasterize
from tests.helpers import node

pytestmark = pytest.mark.needs_node
SIDE = 280
# Writes what the page draws: each sheet as 32-bit numbers, and then its 784 bytes; all of them are
# 0 for an empty sheet, and 255 for one that is mostly ink.
DRAW = """
const prepared = (sheet) => {
  try {
    return preprocess(sheet) ?? new Uint8Array(784);
  } catch {
    return new Uint8Array(784).fill(255);
  }
};
for (const strokes of given) {
  const sheet = emptySheet(280);
  strokes.forEach((stroke) => drawStroke(sheet, stroke));
  write(new Uint8Array(sheet.ink.buffer));
  write(prepared(sheet));
}
"""
PREPARE = f"""
const digits = []; // written in the end: until then nobody reads
for (;;) {{
  const bytes = readExactly({4 * SIDE * SIDE});
  if (bytes === null) break;
  const ink = new Float32Array(bytes.buffer, bytes.byteOffset, {SIDE * SIDE});
  digits.push(preprocess({{ height: {SIDE}, width: {SIDE}, ink }}));
}}
digits.forEach(write);
"""

Strokes = Sequence[Stroke]


def as_json(strokes: Strokes) -> list[dict[str, Any]]:
    return [{"width": stroke.width, "points": stroke.points.tolist()} for stroke in strokes]


def in_node(drawings: Sequence[Strokes]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the sheet and the bytes of each drawing, as the page has them."""
    content = node.json.dumps([as_json(strokes) for strokes in drawings]).encode()
    begin = f"const given = JSON.parse(readExactly({len(content)}).toString());"
    out = node.run(["prepare.js"], begin + DRAW, [content])
    size = 4 * SIDE * SIDE
    parts = [out[at : at + size + 784] for at in range(0, len(out), size + 784)]
    return [
        (np.frombuffer(part[:size], np.float32), np.frombuffer(part[size:], np.uint8))
        for part in parts
    ]


def in_python(canvas: np.ndarray) -> np.ndarray:
    """Return the bytes of a sheet, as a collection keeps them; see DRAW."""
    if not canvas.any():
        return np.zeros(784, np.uint8)
    edge = np.concatenate([canvas[0], canvas[-1], canvas[:, 0], canvas[:, -1]])
    if canvas.mean() > 0.5 and (edge > 0.5).mean() > 0.5:
        return np.full(784, 255, np.uint8)
    try:
        return np.round(preprocess(canvas) * 255).astype(np.uint8).reshape(-1)
    except ValueError as error:  # ink too pale for a byte
        assert "no ink" in str(error)
        return np.zeros(784, np.uint8)


def check(drawings: Sequence[Strokes]) -> None:
    for strokes, (sheet, digit) in zip(drawings, in_node(drawings), strict=True):
        canvas = rasterize(strokes)
        np.testing.assert_array_equal(sheet, canvas.reshape(-1))
        np.testing.assert_array_equal(digit, in_python(canvas))


def test_the_courses_drawings_are_the_same_byte_for_byte():
    check([drawing.strokes for drawing in load_recorded()])


def test_dots_and_small_marks_are_enlarged_alike():
    drawings = [
        [Stroke(np.array([[x, 140.0]] * length), width)]
        for width in (6.0, 7.5, 12.0, 19.0)
        for x, length in ((140.0, 1), (140.3, 2), (0.0, 1), (279.9, 1))
    ]
    sizes = [max(crop_to_ink(rasterize(strokes)).shape) for strokes in drawings]
    assert min(sizes) < 10 and max(sizes) >= 19
    check(drawings)


def test_an_empty_sheet_and_ink_beside_it_give_nothing():
    check([[], [Stroke(np.array([[-100.0, 500.0]]), 20.0)]])


tenths = st.integers(-200, 3000).map(lambda tenth: tenth / 10)
strokes = st.builds(
    lambda points, width: Stroke(np.array(points, float), float(width)),
    st.lists(st.tuples(tenths, tenths), min_size=1, max_size=6),
    st.integers(6, 40),
)


# Each example starts a process: to make a failing one simpler would start hundreds.
@settings(max_examples=5, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(strokes, min_size=1, max_size=3), min_size=10, max_size=20))
def test_any_strokes_give_the_same_bytes(drawings: list[Strokes]):
    check(drawings)


@pytest.mark.slow
def test_a_thousand_digits_of_mnist_on_sheets_are_the_same_byte_for_byte():
    digits, rng = lab.load_digits("sample").train.images[:1000], np.random.default_rng(0)
    expected = []

    def sheets():
        for digit in digits:
            canvas = lab.handwriting.paste_enlarged(digit, rng, SIDE)
            expected.append(in_python(canvas))
            yield canvas.tobytes()

    out = np.frombuffer(node.run(["prepare.js"], PREPARE, sheets()), np.uint8)
    np.testing.assert_array_equal(out.reshape(-1, 784), np.array(expected))


def test_a_sheet_that_is_mostly_ink_is_refused_by_both():
    strokes = [Stroke(np.array([[0.0, y], [280.0, y]]), 40.0) for y in range(0, 281, 20)]
    code = """
    const sheet = emptySheet(280);
    given.forEach((stroke) => drawStroke(sheet, stroke));
    try { preprocess(sheet); answer("taken"); } catch (error) { answer(error.message); }
    """
    assert "mostly ink" in node.run_json(["prepare.js"], code, as_json(strokes))
    with pytest.raises(ValueError, match="mostly ink"):
        preprocess(rasterize(strokes))


def test_ink_too_pale_for_a_byte_is_none_for_both():
    strokes = [Stroke(np.array([[-9.999, 140.5]]), 20.0)]
    assert rasterize(strokes).any()
    code = """
    const sheet = emptySheet(280);
    given.forEach((stroke) => drawStroke(sheet, stroke));
    answer(preprocess(sheet));
    """
    assert node.run_json(["prepare.js"], code, as_json(strokes)) is None
    with pytest.raises(ValueError, match="no ink"):
        preprocess(rasterize(strokes))
