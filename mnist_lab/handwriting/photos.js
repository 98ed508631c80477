// @ts-check
// Photos on the pad: chosen, dropped, pasted or taken, made smaller, sent to Python, and shown with what was read.

import { contextOf, createElement, setAttributes } from "./elements.js";
import { LONG_WAIT, LOST, SILENT } from "./connection.js";
import { createCamera } from "./camera.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {{ digit: number | null, corners: [number, number][] }} ReadDigit null: no digit; corners in pixels sent */
/**
 * What Python replies to a photo: its lines, or the sentence that says why there are none.
 * @typedef {{ kind: "photo", number: number, lines: ReadDigit[][], problem: string }} PhotoAnswer
 */
/** @typedef {{ name: string, canvas: HTMLCanvasElement }} Photo as it was sent */

const LARGEST = 1600; // pixels of the longer side that are sent: digits are read as well as on the whole photo
const JPEG_QUALITY = 0.92;
const INVITATION = "A photo of digits is read, too: choose it, drop it on the pad, or paste it with Ctrl+V or Cmd+V.";
const READ_COLOR = "#0173b2";
const REFUSED_COLOR = "#d55e00";

/**
 * Draw a picture on a canvas of its own, at most LARGEST pixels long.
 * @param {ImageBitmap} picture
 */
function shrink(picture) {
  const factor = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((length) => Math.max(1, Math.round(factor * length)));
  const canvas = createElement("canvas", "lab-pad-photo-picture", { width, height });
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/**
 * Return a picture as an address with its content: as JPEG, or as PNG where it is transparent, since JPEG cannot be.
 * @param {HTMLCanvasElement} canvas
 */
function encode(canvas) {
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  let opaque = true;
  for (let at = 3; opaque && at < data.length; at += 4) opaque = data[at] === 255;
  return opaque ? canvas.toDataURL("image/jpeg", JPEG_QUALITY) : canvas.toDataURL("image/png");
}

/**
 * Draw a box around each digit, and above it what was read.
 * @param {HTMLCanvasElement} canvas
 * @param {ReadDigit[]} digits
 */
function annotate(canvas, digits) {
  const context = contextOf(canvas);
  const unit = Math.max(canvas.width, canvas.height) / 400;
  context.lineJoin = "round";
  for (const { digit, corners } of digits) {
    const color = digit === null ? REFUSED_COLOR : READ_COLOR;
    Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: unit });
    context.setLineDash(digit === null ? [3 * unit, 2 * unit] : []);
    context.beginPath();
    corners.forEach((corner) => context.lineTo(...corner));
    context.closePath();
    context.stroke();
    context.setLineDash([]);
    const [left, top] = [0, 1].map((axis) => Math.min(...corners.map((corner) => corner[axis])));
    context.font = `bold ${12 * unit}px sans-serif`;
    Object.assign(context, { strokeStyle: "white", lineWidth: 3 * unit });
    const text = digit === null ? "?" : String(digit);
    const foot = Math.max(11 * unit, top - 2 * unit);
    context.strokeText(text, left, foot);
    context.fillText(text, left, foot);
  }
}

/** @param {ReadDigit[][]} lines */
const textsOf = (lines) => lines.map((line) => line.map(({ digit }) => digit ?? "?").join(""));

/**
 * @param {number} count
 * @param {string} noun
 */
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * Create the buttons for photos, and the place where a photo is shown with its digits.
 * @param {HTMLElement} root what takes photos that are dropped or pasted
 * @param {{ connection: Connection, say: (text: string) => void, signal: AbortSignal }} options say shows a sentence
 * below the pad; the signal takes all listeners away
 */
export function createPhotos(root, { connection, say, signal }) {
  const shown = createElement("section", "lab-pad-photo", { hidden: true });
  setAttributes(shown, { "aria-label": "Photo that was read" });
  const file = createElement("input", "lab-pad-file", { type: "file", accept: "image/*", hidden: true });
  setAttributes(file, { "aria-label": "Photo" });
  const button = createElement("button", "lab-pad-choose", { type: "button" }, "Photo …");
  const camera = createCamera({ onPicture: read, say, signal });
  const row = createElement("div", "lab-pad-row lab-pad-photos", {}, button, camera.button, file);
  const invitation = createElement("div", "lab-pad-invitation", {}, INVITATION);
  let number = 0; // of the photo that was sent last
  /** @type {Photo | null} */
  let waiting = null; // the photo whose answer has not come
  /** @type {number | undefined} */
  let timer;

  /**
   * Send a picture to Python; the answer to an earlier one is then no longer waited for.
   * @param {ImageBitmap} picture
   * @param {string} name
   */
  function read(picture, name) {
    clearTimeout(timer);
    number += 1;
    waiting = { name, canvas: shrink(picture) };
    picture.close();
    shown.hidden = true;
    say(`Reading ${name} …`);
    if (!connection.send({ kind: "photo", number, picture: encode(waiting.canvas) })) return say(`Not read. ${LOST}`);
    timer = setTimeout(() => say(`${name} is not read yet. ${SILENT}`), LONG_WAIT);
  }

  /** @param {File} chosen */
  async function open(chosen) {
    const name = chosen.name || "the picture";
    try {
      read(await createImageBitmap(chosen), name);
    } catch {
      say(`${name}: no picture that this browser opens. Save it as JPEG or PNG.`);
    }
  }

  function clear() {
    shown.hidden = true;
    say("");
    button.focus();
  }

  /** @param {PhotoAnswer} answer */
  function onAnswer({ number: answered, lines, problem }) {
    if (answered !== number || !waiting) return;
    clearTimeout(timer);
    const { name, canvas } = waiting;
    waiting = null;
    const digits = lines.flat();
    if (!digits.length) return say(`${name}: ${problem || "no digits were found. Go nearer, with more light."}`);
    annotate(canvas, digits);
    const texts = textsOf(lines);
    const found = `${counted(digits.length, "digit")} in ${counted(lines.length, "line")}`;
    setAttributes(canvas, { role: "img", "aria-label": `${name}, with a box around each of ${found}` });
    const close = createElement("button", "lab-pad-photo-close", { type: "button" }, "Close the photo");
    close.addEventListener("click", clear, { signal });
    const lists = texts.map((text) => createElement("div", "lab-pad-photo-line", {}, text));
    shown.replaceChildren(canvas, ...lists, close);
    shown.hidden = false;
    const refused = texts.join("").includes("?") ? "; ? stands for what is no digit, or cannot be read" : "";
    say(`${name}: ${texts.join(", ")} (${found}${refused})`);
  }

  /** @param {DragEvent} event */
  function onDrag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // the browser would leave the page, and JupyterLab take the file
    event.stopPropagation();
    root.classList.toggle("is-over", event.type === "dragover");
    const dropped = event.type === "drop" ? event.dataTransfer.files[0] : null;
    if (dropped) open(dropped);
  }

  /** @param {ClipboardEvent} event */
  function onPaste(event) {
    event.preventDefault();
    event.stopPropagation();
    const pasted = event.clipboardData?.files[0];
    if (pasted) open(pasted);
    else say("There is no picture in the clipboard.");
  }

  button.addEventListener("click", () => file.click(), { signal });
  file.addEventListener(
    "change",
    () => {
      const chosen = file.files?.[0];
      if (chosen) open(chosen);
      file.value = ""; // so that the same file can be chosen again
    },
    { signal },
  );
  for (const name of /** @type {const} */ (["dragover", "dragleave", "drop"])) {
    root.addEventListener(name, onDrag, { signal });
  }
  root.addEventListener("paste", onPaste, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  return { elements: [row, camera.viewer, invitation], shown, onAnswer };
}
