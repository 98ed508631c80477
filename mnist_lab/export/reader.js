// @ts-check
// What stands behind the pad where there is no Python: it keeps the drawing, has the networks read
// it, and collects drawings. The pad (pad.js) asks it as it asks a widget's model.

import { forward } from "./forward.js";
import { drawStroke, emptySheet, preprocess } from "./prepare.js";

/** @typedef {import("./prepare.js").Stroke} Stroke */
/** @typedef {import("./npz.js").Drawing} Drawing */
/** @typedef {{ kind: string, label: number, strokes: Stroke[] }} Request */

const SIZE = 280; // pixels per side of the pad, as strokes.py has it
const PEN_WIDTH = 20;

/** Return values from 0 to 255; 255 is their maximum, or 1 if that is more. */
function toBytes(/** @type {Float64Array} */ values) {
  const largest = values.reduce((most, value) => Math.max(most, value), 1);
  return Array.from(values, (value) => Math.round((255 * Math.max(value, 0)) / largest));
}

/** @type {(network: import("./forward.js").Network, pixels: Float64Array) => object} */
function read(network, pixels) {
  const { probabilities, hidden } = forward(network, pixels);
  const shares = Array.from(probabilities);
  const prediction = shares.indexOf(Math.max(...shares));
  return { name: network.name, prediction, probabilities: shares, hidden: toBytes(hidden) };
}

/** @param {Stroke[]} strokes */
function drawn(strokes) {
  const sheet = emptySheet(SIZE);
  strokes.forEach((stroke) => drawStroke(sheet, stroke));
  return sheet;
}

/** @type {(one: Uint8Array, other: Uint8Array) => boolean} */
const equal = (one, other) => one.every((value, at) => value === other[at]);

/**
 * Create the pad's model.
 * @param {import("./forward.js").Network[]} networks the last one's answer stands above the others
 * @param {(drawings: Drawing[]) => void} onCollection gets all drawings when one comes or goes
 */
export function createReader(networks, onCollection) {
  /** @type {Record<string, any>} */
  const state = {
    canvas_size: SIZE,
    pen_width: PEN_WIDTH,
    blind: 0,
    strokes: [],
    answer: { number: 0 },
    status: "",
  };
  /** @type {Record<string, ((...parts: any[]) => void)[]>} */
  const listeners = {};
  /** @type {Drawing[]} */
  const drawings = [];
  let sheet = emptySheet(SIZE);
  /** @type {Stroke | null} */
  let current = null; // the stroke that is being drawn
  let count = 0; // how many of its points are on the sheet
  let waiting = false; // for the next frame
  let said = false; // the status is about a request, after which the pad changes its strokes

  /** @type {(name: string, ...parts: any[]) => void} */
  const trigger = (name, ...parts) => (listeners[name] ?? []).forEach((listen) => listen(...parts));

  /** @type {(name: string, value: any) => void} */
  function set(name, value) {
    if (state[name] === value) return;
    state[name] = value;
    trigger(`change:${name}`);
  }

  function answer() {
    /** @type {Record<string, any>} */
    const found = { number: state.answer.number + 1 };
    try {
      const bytes = preprocess(sheet);
      if (bytes) {
        const pixels = Float64Array.from(bytes, (byte) => byte / 255);
        found.model_input = Array.from(bytes);
        found.models = networks.map((network) => read(network, pixels));
      }
    } catch (error) {
      set("status", /** @type {Error} */ (error).message);
    }
    set("answer", found);
  }

  function answerCurrent() {
    waiting = false;
    if (!current || current.points.length === count) return;
    drawStroke(sheet, current, Math.max(0, count - 1));
    count = current.points.length;
    answer();
  }

  /** @type {Record<string, (request: Request) => string>} each returns what to say */
  const requests = {
    collect({ strokes, label }) {
      const pixels = preprocess(drawn(strokes));
      if (!pixels) throw new Error("The pad is empty: draw a digit, then collect it.");
      drawings.push({ pixels, label });
      const place = "Below the pad, download your drawings before you leave this page.";
      return `Kept drawing ${drawings.length}, labeled ${label}. ${place}`;
    },
    "take back"({ strokes, label }) {
      const pixels = preprocess(drawn(strokes));
      const at = drawings.findLastIndex((one) => one.label === label && equal(one.pixels, pixels));
      drawings.splice(at, 1);
      const left = drawings.length === 1 ? "1 drawing is" : `${drawings.length} drawings are`;
      return `Took the ${label} back. ${left} left.`;
    },
  };

  return {
    get: (/** @type {string} */ name) => state[name],
    set,
    /** @type {(name: string, listener: (...parts: any[]) => void) => void} */
    on(name, listener) {
      (listeners[name] ??= []).push(listener);
    },
    /** @type {(name: string, listener: (...parts: any[]) => void) => void} */
    off(name, listener) {
      listeners[name] = (listeners[name] ?? []).filter((other) => other !== listener);
    },
    /** Answer the strokes that are finished. */
    save_changes() {
      current = null;
      sheet = drawn(state.strokes);
      if (!said) set("status", "");
      said = false;
      answer();
    },
    /** Answer a stroke while it is drawn, once per frame. */
    preview(/** @type {Stroke} */ stroke) {
      if (stroke !== current) [current, count] = [stroke, 0];
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(answerCurrent);
    },
    /** Keep a drawing or take one back, and reply. */
    send(/** @type {Request} */ request) {
      if (!Object.hasOwn(requests, request.kind)) return; // the pad's greeting
      let done = true;
      try {
        set("status", requests[request.kind](request));
      } catch (error) {
        set("status", /** @type {Error} */ (error).message);
        done = false;
      }
      said = done;
      onCollection(drawings);
      // Later, as from Python: the pad is not ready for a reply while it sends.
      setTimeout(() => trigger("msg:custom", { kind: "reply", done }));
    },
  };
}
