// @ts-check
// From a pen's strokes to what a network takes, as strokes.py and preprocessing.py do it in Python:
// the same operations, so that the same 784 bytes come out.

/** @typedef {{ width: number, points: [number, number][] }} Stroke */
/**
 * Ink from 0 (paper) to 1, row by row.
 * @typedef {{ height: number, width: number, ink: Float32Array | Float64Array }} Picture
 */

const DIGIT = 20; // pixels of a digit's longer side, of 28
const MARGIN = 12; // pixels beyond the edge, where a spline no longer feels it
const POLE = Math.sqrt(3) - 2; // of the cubic spline's filter, as in scipy.ndimage

/** @type {(value: number, low: number, high: number) => number} */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Return a number to nine decimals: the last bits of a sum depend on the order of its terms. */
const withoutLastBits = (/** @type {number} */ value) => Math.round(value * 1e9) / 1e9;

/** Round to a whole number, halves to the even one, as Python does. */
function halfToEven(/** @type {number} */ value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

/** @param {number} size @returns {Picture} */
export function emptySheet(size) {
  return { height: size, width: size, ink: new Float32Array(size * size) };
}

/**
 * Draw a stroke with a round pen; where it crosses ink, the darker value stays.
 * @param {Picture} sheet changed in place
 * @param {Stroke} stroke
 * @param {number} [from] the first point to draw
 */
export function drawStroke(sheet, { width, points }, from = 0) {
  const rest = points.slice(from);
  const ends = rest.length > 1 ? rest.slice(1) : rest; // a single point is a dot
  ends.forEach((end, index) => drawSegment(sheet, rest[index], end, width));
}

/** @type {(sheet: Picture, start: number[], end: number[], width: number) => void} */
function drawSegment({ height, width, ink }, start, end, pen) {
  const reach = pen / 2 + 1;
  /** @type {(axis: number, size: number) => [number, number]} */
  const touched = (axis, size) => [
    clamp(Math.floor(Math.min(start[axis], end[axis]) - reach), 0, size),
    clamp(Math.ceil(Math.max(start[axis], end[axis]) + reach), 0, size),
  ];
  const [left, right] = touched(0, width);
  const [top, bottom] = touched(1, height);
  const [across, down] = [end[0] - start[0], end[1] - start[1]];
  const squared = Math.max(across * across + down * down, 1e-12);
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const x = column + 0.5 - start[0];
      const y = row + 0.5 - start[1];
      const fraction = clamp((x * across + y * down) / squared, 0, 1);
      const dx = x - fraction * across;
      const dy = y - fraction * down;
      const value = clamp(pen / 2 + 0.5 - Math.sqrt(dx * dx + dy * dy), 0, 1);
      const at = row * width + column;
      if (value > ink[at]) ink[at] = value;
    }
  }
}

/** Refuse a sheet that is mostly ink: half of it, and most of its edge. */
function checkPaper(/** @type {Picture} */ { height, width, ink }) {
  let sum = 0;
  for (const value of ink) sum += value;
  let dark = 0;
  for (let row = 0; row < height; row++)
    for (const column of [0, width - 1]) if (ink[row * width + column] > 0.5) dark++;
  for (let column = 0; column < width; column++)
    for (const row of [0, height - 1]) if (ink[row * width + column] > 0.5) dark++;
  const narrow = Math.min(height, width) <= Math.max(height, width) / 2;
  if (sum > ink.length / 2 && dark > height + width && !narrow)
    throw new Error("The sheet is mostly ink. Clear it, and draw thinner lines.");
}

/**
 * Return the smallest rectangle that holds all ink; null where there is none.
 * @param {Picture} sheet
 * @returns {Picture | null}
 */
function cropToInk({ height, width, ink }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!(ink[row * width + column] > 0)) continue;
      top = Math.min(top, row);
      bottom = row;
      left = Math.min(left, column);
      right = Math.max(right, column);
    }
  }
  if (bottom < 0) return null;
  const size = { height: bottom - top + 1, width: right - left + 1 };
  const cut = new Float64Array(size.height * size.width);
  for (let row = 0; row < size.height; row++) {
    const start = (top + row) * width + left;
    cut.set(ink.subarray(start, start + size.width), row * size.width);
  }
  return { ...size, ink: cut };
}

/** Return the matrix (after, before) that averages `before` pixels into `after` pixels. */
function averaging(/** @type {number} */ before, /** @type {number} */ after) {
  const matrix = new Float64Array(after * before);
  for (let row = 0; row < after; row++) {
    const [start, end] = [(row * before) / after, ((row + 1) * before) / after];
    for (let pixel = Math.floor(start); pixel < Math.min(Math.ceil(end), before); pixel++) {
      const overlap = Math.min(end, pixel + 1) - Math.max(start, pixel);
      matrix[row * before + pixel] = (Math.max(overlap, 0) * after) / before;
    }
  }
  return matrix;
}

/** Turn values into those that a cubic spline through them is made of, in place. */
function filterSpline(/** @type {Float64Array} */ values) {
  const last = values.length - 1;
  values.forEach((value, at) => (values[at] = 6 * value));
  values[0] /= 1 - POLE;
  for (let at = 1; at <= last; at++) values[at] += POLE * values[at - 1];
  values[last] *= POLE / (POLE - 1);
  for (let at = last - 1; at >= 0; at--) values[at] = POLE * (values[at + 1] - values[at]);
}

/** Return the matrix (after, before) that reads `after` pixels from a spline through `before`. */
function enlarging(/** @type {number} */ before, /** @type {number} */ after) {
  const matrix = new Float64Array(after * before);
  for (let pixel = 0; pixel < before; pixel++) {
    const isPixel = (/** @type {number} */ at) => clamp(at - MARGIN, 0, before - 1) === pixel;
    const values = Float64Array.from({ length: before + 2 * MARGIN }, (_, at) => +isPixel(at));
    filterSpline(values);
    for (let row = 0; row < after; row++) {
      const place = ((row + 0.5) * before) / after - 0.5 + MARGIN;
      const [first, t] = [Math.floor(place) - 1, place - Math.floor(place)];
      const weights = [(1 - t) ** 3, 4 - 6 * t * t + 3 * t ** 3, 0, t ** 3];
      weights[2] = 6 - weights[0] - weights[1] - weights[3];
      const sum = weights.reduce((total, weight, at) => total + weight * values[first + at], 0);
      matrix[row * before + pixel] = sum / 6;
    }
  }
  return matrix;
}

/**
 * Return the product of two matrices, row by row; zeros are skipped.
 * @type {(left: Float64Array, right: Float64Array, inner: number) => Float64Array}
 */
function product(left, right, inner) {
  const [rows, columns] = [left.length / inner, right.length / inner];
  const result = new Float64Array(rows * columns);
  left.forEach((value, at) => {
    if (value === 0) return;
    const [to, from] = [Math.floor(at / inner) * columns, (at % inner) * columns];
    for (let column = 0; column < columns; column++)
      result[to + column] += value * right[from + column];
  });
  return result;
}

/** @type {(matrix: Float64Array, columns: number) => Float64Array} */
const transposed = (matrix, columns) => {
  const rows = matrix.length / columns;
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]);
};

/**
 * Resize a picture so that its longer side has 20 pixels, with its proportions kept.
 * @param {Picture} picture
 * @returns {Picture}
 */
function resizeToFit({ height, width, ink }) {
  const longer = Math.max(height, width);
  const [rows, columns] = [height, width].map((length) =>
    Math.max(1, halfToEven((DIGIT * length) / longer)),
  );
  const matrix = longer >= DIGIT ? averaging : enlarging;
  const shorter = product(matrix(height, rows), ink, height);
  const across = transposed(matrix(width, columns), width);
  const small = product(shorter, across, width);
  return { height: rows, width: columns, ink: small.map((value) => clamp(value, 0, 1)) };
}

/**
 * Return 28 rows of 28 bytes with the picture's center of mass in the middle.
 * @param {Picture} picture at most 28 pixels high and wide, with some ink
 */
function centerByMass({ height, width, ink }) {
  let [mass, down, across] = [0, 0, 0];
  ink.forEach((value, at) => {
    mass += value;
    down += value * Math.floor(at / width);
    across += value * (at % width);
  });
  const top = clamp(halfToEven(withoutLastBits(14 - down / mass)), 0, 28 - height);
  const left = clamp(halfToEven(withoutLastBits(14 - across / mass)), 0, 28 - width);
  const bytes = new Uint8Array(28 * 28);
  ink.forEach((value, at) => {
    const place = (top + Math.floor(at / width)) * 28 + left + (at % width);
    bytes[place] = clamp(Math.round(withoutLastBits(255 * value)), 0, 255);
  });
  return bytes;
}

/**
 * Prepare a drawn digit as MNIST's digits were prepared.
 * @param {Picture} sheet
 * @returns {Uint8Array | null} 28 rows of 28 pixels from 0 (paper) to 255; null for an empty sheet
 */
export function preprocess(sheet) {
  checkPaper(sheet);
  const cropped = cropToInk(sheet);
  const bytes = cropped && centerByMass(resizeToFit(cropped));
  return bytes?.some(Boolean) ? bytes : null;
}
