// @ts-check
// The forward pass: from 784 pixels to ten probabilities, layer by layer, as Keras computes it.
// A layer gets the values of the one before as one long array: rows, in them columns, in them
// channels. What a layer is made of is in network.py.

/** @typedef {Float64Array} Values */
/** @typedef {[number, number, number]} Shape height, width, channels */
/**
 * `hidden` is the place of the layer that gets what the last hidden layer gives, or -1.
 * @typedef {{ name: string, hidden: number, layers: any[] }} Network
 */

/** @param {string} text base64 */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {string} text base64 of numbers of 32 bits */
const numbersOf = (text) => Float64Array.from(new Float32Array(bytesOf(text).buffer));

/**
 * Return weights from their 8 bits: whole numbers from -127 to 127, times the scale of their unit.
 * @param {{ whole: string, scales: string }} stored
 */
function weightsOf({ whole, scales }) {
  const factors = numbersOf(scales);
  const unit = factors.length; // the weights of all units to one input stand beside each other
  return Float64Array.from(new Int8Array(bytesOf(whole).buffer), (w, at) => w * factors[at % unit]);
}

/**
 * Return a network that can run from one as the page holds it.
 * @param {Network} network
 * @returns {Network}
 */
export function unpack(network) {
  const layers = network.layers.map((layer) => ({
    ...layer,
    ...(layer.weights && { weights: weightsOf(layer.weights) }),
    ...(layer.bias && { bias: numbersOf(layer.bias) }),
    ...(layer.factor && { factor: numbersOf(layer.factor) }),
  }));
  return { ...network, layers };
}

/** Each unit: the sum of its inputs, each times its weight, and a bias. */
function dense(/** @type {Values} */ values, { weights, bias }) {
  const sums = Float64Array.from(bias);
  values.forEach((value, input) => {
    if (value === 0) return; // most pixels are paper
    const row = input * sums.length;
    for (let unit = 0; unit < sums.length; unit++) sums[unit] += value * weights[row + unit];
  });
  return sums;
}

/**
 * Visit each place of an output, and each place of the window that it sees of the input.
 * @param {any} layer
 * @param {(output: number, input: number, place: number) => void} visit where their channels begin,
 * and which place of the window it is
 */
function slide({ input, output, window, stride, padding }, visit) {
  for (let y = 0; y < output[0]; y++)
    for (let x = 0; x < output[1]; x++)
      for (let dy = 0; dy < window[0]; dy++)
        for (let dx = 0; dx < window[1]; dx++) {
          const row = y * stride[0] + dy - padding[0];
          const column = x * stride[1] + dx - padding[1];
          if (row < 0 || row >= input[0] || column < 0 || column >= input[1]) continue;
          const from = (row * input[1] + column) * input[2];
          visit((y * output[1] + x) * output[2], from, dy * window[1] + dx);
        }
}

/** Each filter: a small dense layer that looks at one window after the other. */
function convolution(/** @type {Values} */ values, layer) {
  const { weights, bias, input, output } = layer;
  const [channels, filters] = [input[2], output[2]];
  const sums = new Float64Array(output[0] * output[1] * filters).map((_, at) => bias[at % filters]);
  slide(layer, (to, from, place) => {
    for (let channel = 0; channel < channels; channel++) {
      const value = values[from + channel];
      if (value === 0) continue;
      const row = (place * channels + channel) * filters;
      for (let filter = 0; filter < filters; filter++)
        sums[to + filter] += value * weights[row + filter];
    }
  });
  return sums;
}

/** Each channel by itself: a filter of its own, which no other channel goes through. */
function depthwise(/** @type {Values} */ values, layer) {
  const { weights, bias, output } = layer;
  const channels = output[2];
  const count = output[0] * output[1] * channels;
  const sums = new Float64Array(count).map((_, at) => bias[at % channels]);
  slide(layer, (to, from, place) => {
    for (let channel = 0; channel < channels; channel++)
      sums[to + channel] += values[from + channel] * weights[place * channels + channel];
  });
  return sums;
}

/** Each channel: the largest value of each window. */
function pooling(/** @type {Values} */ values, layer) {
  const [height, width, channels] = layer.output;
  const largest = new Float64Array(height * width * channels).fill(-Infinity);
  slide(layer, (to, from) => {
    for (let channel = 0; channel < channels; channel++)
      largest[to + channel] = Math.max(largest[to + channel], values[from + channel]);
  });
  return largest;
}

/** Each channel: the mean of all places. */
function mean(/** @type {Values} */ values, { channels }) {
  const sums = new Float64Array(channels);
  values.forEach((value, at) => (sums[at % channels] += value));
  return sums.map((sum) => (sum * channels) / values.length);
}

/** Each channel: times a factor, plus a bias. Batch normalization is no more after training. */
function scaling(/** @type {Values} */ values, { factor, bias }) {
  return values.map((value, at) => value * factor[at % factor.length] + bias[at % bias.length]);
}

/** The share that each exponential has of their sum. */
function softmax(/** @type {Values} */ values) {
  const largest = Math.max(...values); // so that no exponential is too large
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The error function to 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26). */
function erf(/** @type {number} */ x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const factors = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const sum = factors.reduce((total, factor) => (total + factor) * t, 0);
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

/** @type {Record<string, (x: number) => number>} */
const ACTIVATIONS = {
  relu: (x) => Math.max(0, x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x / (1 + Math.exp(-x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/** Each value by itself, through a function that is not a line. */
function activation(/** @type {Values} */ values, { name }) {
  return values.map((value) => ACTIVATIONS[name](value));
}

const KINDS = { dense, convolution, depthwise, pooling, mean, scaling, softmax, activation };

/**
 * Return ten probabilities, and what the last hidden layer gives; nothing where there is none.
 * @param {Network} network as `unpack` returns it
 * @param {Values} pixels 28 rows of 28, from 0 (paper) to 1 (ink)
 */
export function forward({ layers, hidden }, pixels) {
  const steps = [pixels];
  for (const layer of layers) steps.push(KINDS[layer.kind](steps.at(-1), layer));
  return { probabilities: steps.at(-1), hidden: hidden < 0 ? new Float64Array() : steps[hidden] };
}
