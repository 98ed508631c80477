// @ts-check
// The browser's half of the drawing pad (see pad.py): it draws, sends the strokes when the pen is lifted, and shows
// the answer. It needs a model with the methods of PadModel, the styles of pad.css, and nothing else.

import { contextOf, createElement, setAttributes } from "./elements.js";
import { GREETING, LONG_WAIT, LOST, SHORT_WAIT, SILENT, createConnection } from "./connection.js";
import { createPhotos } from "./photos.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {[number, number]} Point x and y in pixels of the canvas, y downwards */
/** @typedef {{ width: number, points: Point[] }} Stroke */
/** @typedef {{ name: string, prediction: number, probabilities: number[], hidden: number[] }} ModelAnswer */
/** @typedef {{ label: number, pixels: number[] }} Neighbor pixels run from 0 to 255, as all numbers shown as ink */
/**
 * An empty pad has only a number, which tells one answer from the next.
 * @typedef {{ number: number, model_input?: number[], models?: ModelAnswer[], nearest?: Neighbor[] }} Answer
 */
/**
 * As long as `blind` is above 0, it is the number of drawings to collect before answers come.
 * @typedef {{ canvas_size: number, pen_width: number, blind: number, strokes: Stroke[], answer: Answer, status: string }}
 * PadState
 */
/** @typedef {import("@anywidget/types").AnyModel<PadState>} AnyPadModel */
/**
 * Only a page without a kernel can answer while a pointer draws: its model has `preview`.
 * @typedef {Pick<AnyPadModel, "get" | "set" | "on" | "off" | "send" | "save_changes"> &
 * { preview?: (stroke: Stroke) => void }} PadModel
 */
/**
 * What Python is asked to do with its file of drawings; it replies with {kind: "reply", done: boolean}.
 * @typedef {{ kind: "collect" | "take back", label: number, strokes: Stroke[] }} Request
 */

const HELP =
  "Draw with mouse, pen or finger. Keys: arrows move the pen, space puts it down and lifts it, Ctrl+Z or Cmd+Z undoes.";
const NOTE = "A network always names one of the ten digits, whatever is drawn.";
const DIGITS = [...Array(10).keys()];
const MAX_UNDO = 200;
/** @type {Record<string, Point>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Return a share in percent; only what is sure is 100 %.
 * @param {number} share
 */
function percent(share) {
  if (share > 0.999) return "over 99.9 %";
  return `${(100 * share).toFixed(share > 0.99 ? 1 : 0)} %`;
}

/**
 * Return red, green and blue of the ink, as the theme has it now.
 * @param {HTMLCanvasElement} canvas
 */
const inkOf = (canvas) => (getComputedStyle(canvas).color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);

/**
 * Create a figure that shows values from 0 to 255 as ink, `columns` per row, each `scale` pixels large.
 * @param {string} className
 * @param {{ caption: string, description?: string, values: number[], columns: number, scale: number }} options
 * description is the caption where it must stand for itself
 * @returns {{ figure: HTMLElement, paint: () => void }} paint after the figure is in the page: then its color is known
 */
function createImage(className, { caption, description = caption, values, columns, scale }) {
  const canvas = createElement("canvas", className);
  setAttributes(canvas, { role: "img", "aria-label": description });
  const figure = createElement("figure", "", {}, canvas, createElement("figcaption", "", {}, caption));
  function paint() {
    const rows = Math.ceil(values.length / columns) || 1;
    const [width, height] = [`${columns * scale}px`, `${rows * scale}px`];
    Object.assign(canvas, { width: columns, height: rows });
    Object.assign(canvas.style, { width, height, imageRendering: "pixelated" });
    const image = new ImageData(columns, rows);
    const ink = inkOf(canvas);
    values.forEach((value, index) => image.data.set([...ink, value], 4 * index));
    contextOf(canvas).putImageData(image, 0, 0);
  }
  return { figure, paint };
}

/**
 * Create the card of one network: its name, its prediction, and ten bars.
 * @param {ModelAnswer} answer
 */
function createCard({ name, prediction, probabilities }) {
  const bars = probabilities.map((share, digit) => {
    const bar = createElement("div", digit === prediction ? "lab-pad-bar is-answer" : "lab-pad-bar");
    bar.style.height = `${100 * share}%`;
    return bar;
  });
  const chart = createElement("div", "lab-pad-bars", {}, ...bars);
  const description = probabilities.map((share, digit) => `${digit}: ${percent(share)}`).join(", ");
  setAttributes(chart, { role: "img", "aria-label": description });
  const digits = DIGITS.map((digit) => createElement("span", "", {}, String(digit)));
  const axis = createElement("div", "lab-pad-digits", {}, ...digits);
  setAttributes(axis, { "aria-hidden": "true" });
  const title = createElement("b", "", {}, name);
  const text = `reads ${prediction} (${percent(probabilities[prediction])})`;
  const card = createElement("div", "lab-pad-model", {}, title, text, chart, axis);
  Object.assign(card.dataset, { model: name, reads: prediction });
  return card;
}

/**
 * Ask Python to save a drawing or to take one back, one request at a time.
 * @param {{ connection: Connection, say: (text: string) => void }} options say shows that nobody answers; what Python has
 * to say is in the trait `status`
 */
function createRequests({ connection, say }) {
  /** @type {((done: boolean) => void) | null} */
  let finish = null; // ends the request that is under way

  return {
    /**
     * Return whether it was done.
     * @param {Request} request
     */
    async ask(request) {
      if (finish) return false;
      const timer = setTimeout(() => say(`Not saved yet. ${SILENT}`), LONG_WAIT);
      const done = await new Promise((resolve) => {
        finish = resolve;
        if (!connection.send(request)) resolve(false);
      });
      finish = null;
      clearTimeout(timer);
      if (!done && connection.isLost()) say(`Not saved. ${LOST}`);
      return done;
    },
    /** @param {boolean} done */
    finish(done) {
      finish?.(done);
    },
  };
}

/**
 * Send strokes to the model, and remember what undo goes back to: earlier strokes, or a drawing that was collected.
 * @param {PadModel} model
 * @param {{ connection: Connection, onSend: () => void, takeBack: (collected: Request) => Promise<boolean> }} options
 * onSend is called before strokes are sent
 */
function createHistory(model, { connection, onSend, takeBack }) {
  /** @type {(Stroke[] | Request)[]} */
  const earlier = [];
  /** @type {Stroke[] | null} */
  let latest = null; // what this view sent last

  /** @param {Stroke[]} strokes */
  function send(strokes) {
    latest = strokes;
    onSend();
    model.set("strokes", strokes);
    if (!connection.isLost()) model.save_changes();
  }

  /** @param {Stroke[] | Request} entry */
  function remember(entry) {
    if (earlier.push(entry) > MAX_UNDO) earlier.shift();
  }

  return {
    /** @param {Stroke[]} strokes */
    send(strokes) {
      remember(model.get("strokes"));
      send(strokes);
    },
    /**
     * Clear the pad of a drawing that was collected. A stroke drawn since then stays.
     * @param {Request} collected
     */
    clearCollected(collected) {
      remember(collected);
      send(model.get("strokes").slice(collected.strokes.length));
    },
    async undo() {
      const last = earlier.at(-1);
      if (Array.isArray(last)) {
        earlier.pop();
        send(last);
      } else if (last && (await takeBack(last))) {
        earlier.splice(earlier.indexOf(last), 1);
        send([...last.strokes, ...model.get("strokes")]);
      }
    },
    /** Return whether Python or another view drew. Then forget the steps of this view: undo would take that away. */
    isForeign() {
      const foreign = model.get("strokes") !== latest;
      if (foreign) earlier.length = 0;
      return foreign;
    },
  };
}

/**
 * Create the area to draw on. Mouse, pen, finger and keyboard add points to one stroke at a time.
 * @param {PadModel} model
 * @param {{ penWidth: () => number, onStroke: (stroke: Stroke) => void, signal: AbortSignal }} options
 * onStroke gets each stroke when the pen is lifted; the signal takes all listeners away
 */
function createCanvas(model, { penWidth, onStroke, signal }) {
  const size = model.get("canvas_size");
  const canvas = createElement("canvas", "lab-pad-canvas", { tabIndex: 0 });
  setAttributes(canvas, { role: "application", "aria-label": `Drawing area, ${size} by ${size}. ${HELP}` });
  const context = contextOf(canvas);
  /** @type {Stroke | null} */
  let current = null; // the stroke under the pen
  /** @type {number | null} */
  let pointer = null; // the mouse, pen or finger that draws it
  /** @type {Point | null} */
  let cursor = null; // where the keyboard's pen is

  /**
   * @param {Stroke} stroke
   * @param {number} [from] the first point to paint
   */
  function paintStroke(stroke, from = 0) {
    const points = stroke.points.slice(Math.max(0, from));
    context.lineWidth = stroke.width;
    context.beginPath();
    context.moveTo(...points[0]);
    points.forEach((point) => context.lineTo(...point)); // the first line has no length: a single point makes a dot
    context.stroke();
  }

  /** @param {Point} center */
  function paintCursor(center) {
    context.save();
    context.lineWidth = current ? 3 : 1;
    context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--accent");
    context.beginPath();
    context.arc(...center, penWidth() / 2 + 2, 0, 7);
    context.stroke();
    context.restore();
  }

  function paint() {
    const ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: size * ratio, height: size * ratio });
    canvas.style.width = `${size}px`; // less where the page is narrower
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = `rgb(${inkOf(canvas)})`;
    model.get("strokes").concat(current ?? []).forEach((stroke) => paintStroke(stroke));
    if (cursor && document.activeElement === canvas) paintCursor(cursor);
  }

  /** @param {Point} point */
  const startStroke = (point) => ({ width: penWidth(), points: [point] });

  function liftPen() {
    if (!current) return;
    const stroke = current;
    current = pointer = null;
    onStroke(stroke);
  }

  /**
   * Return where a pointer is, in tenths of a pixel; the canvas has a border of one pixel.
   * @param {PointerEvent} event
   * @returns {Point}
   */
  function pointOf(event) {
    const box = canvas.getBoundingClientRect();
    /** @type {(position: number, start: number, length: number) => number} */
    const inside = (position, start, length) => Math.round((10 * size * (position - start - 1)) / (length - 2)) / 10;
    return [inside(event.clientX, box.left, box.width), inside(event.clientY, box.top, box.height)];
  }

  /** @param {PointerEvent} event */
  function onPointerDown(event) {
    if (event.button !== 0 || pointer !== null) return;
    liftPen(); // the keyboard's pen may be down
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    cursor = null;
    current = startStroke(pointOf(event));
    paintStroke(current);
    model.preview?.(current);
  }

  /** @param {PointerEvent} event */
  function onPointerMove(event) {
    if (event.pointerId !== pointer || !current) return;
    const from = current.points.length - 1;
    const events = event.getCoalescedEvents?.() ?? [];
    current.points.push(...(events.length ? events : [event]).map(pointOf));
    paintStroke(current, from);
    model.preview?.(current);
  }

  /** @param {PointerEvent} event */
  function onPointerEnd(event) {
    if (event.pointerId === pointer) liftPen();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (pointer !== null || event.ctrlKey || event.metaKey || event.altKey) return;
    const [x, y] = cursor ?? [size / 2, size / 2];
    if (event.key in DIRECTIONS) {
      const step = event.shiftKey ? 2 : 10;
      const [right, down] = DIRECTIONS[event.key];
      /** @param {number} position */
      const clamp = (position) => Math.min(size, Math.max(0, position));
      cursor = [clamp(x + step * right), clamp(y + step * down)];
      current?.points.push(cursor);
    } else if (event.key === " ") {
      cursor = [x, y];
      if (current) liftPen();
      else current = startStroke(cursor);
    } else if (event.key === "Escape" && current) current = null;
    else return;
    event.preventDefault();
    paint();
  }

  function onBlur() {
    if (pointer === null) liftPen();
    paint();
  }

  canvas.addEventListener("pointerdown", onPointerDown, { signal });
  canvas.addEventListener("pointermove", onPointerMove, { signal });
  canvas.addEventListener("pointerup", onPointerEnd, { signal });
  canvas.addEventListener("pointercancel", onPointerEnd, { signal });
  canvas.addEventListener("keydown", onKeyDown, { signal });
  canvas.addEventListener("focus", paint, { signal });
  canvas.addEventListener("blur", onBlur, { signal });
  return { element: canvas, paint };
}

/**
 * Create the buttons, the pen's width, and the label to collect a drawing with.
 * @param {PadModel} model
 * @param {{ clear: () => void, undo: () => void, collect: (label: number | null) => void, signal: AbortSignal }} options
 * collect gets null where no label is chosen
 */
function createToolbar(model, { clear, undo, collect, signal }) {
  /** @type {(className: string, text: string, onClick: () => void) => HTMLButtonElement} */
  const createButton = (className, text, onClick) => {
    const button = createElement("button", className, { type: "button" }, text);
    button.addEventListener("click", onClick, { signal });
    return button;
  };
  const value = String(model.get("pen_width"));
  const width = createElement("input", "lab-pad-width", { type: "range", min: "6", max: "40", value });
  const choices = ["–", ...DIGITS.map(String)];
  const options = choices.map((text) => createElement("option", "", { value: text === "–" ? "" : text }, text));
  const label = createElement("select", "lab-pad-label", {}, ...options);

  const drawing = createElement(
    "div", "lab-pad-row lab-pad-drawing", {},
    createButton("lab-pad-undo", "Undo", undo),
    createButton("lab-pad-clear", "Clear", clear),
    createElement("label", "", {}, "pen", width),
  );
  const collecting = createElement(
    "div", "lab-pad-row lab-pad-collecting", {},
    createElement("label", "", {}, "this is a", label),
    createButton("lab-pad-collect", "Collect", () => collect(label.value === "" ? null : Number(label.value))),
  );
  return {
    elements: [drawing, collecting],
    penWidth: () => Number(width.value),
    /** @param {number | null} digit null chooses none */
    chooseLabel(digit) {
      label.value = digit === null ? "" : String(digit);
    },
  };
}

/**
 * Create what shows the answer: the last network's prediction, images, and a card per network.
 * @param {PadModel} model
 * @param {{ connection: Connection, onTimed: (milliseconds: number) => void }} options onTimed gets the time from the
 * pen's lift to the bars
 */
function createReading(model, { connection, onTimed }) {
  const text = createElement("div", "lab-pad-reading");
  setAttributes(text, { "aria-live": "polite" });
  const images = createElement("div", "lab-pad-row lab-pad-images");
  const cards = createElement("div", "lab-pad-models");
  /** @type {{ paint: () => void }[]} */
  let painted = [];
  /** @type {number | null} */
  let lifted = null; // when the pen was lifted in this view, until the answer is shown
  /** @type {number[]} */
  let timers = [];

  /**
   * Fill `images` and `cards`, and return what is to be painted.
   * @param {Partial<Answer>} answer
   */
  function fill({ models = [], model_input = [], nearest = [] }) {
    cards.replaceChildren(...models.map(createCard));
    images.replaceChildren();
    if (!models.length) return [];
    const input = { caption: "what the networks see", values: model_input, columns: 28, scale: 4 };
    const seen = createImage("lab-pad-model-input", input);
    const alike = nearest.map(({ label, pixels }) => {
      const description = `similar training digit, labeled ${label}`;
      const options = { caption: String(label), description, values: pixels, columns: 28, scale: 2 };
      return createImage("lab-pad-nearest", options);
    });
    const row = createElement("div", "lab-pad-row", {}, ...alike.map((image) => image.figure));
    images.append(seen.figure);
    if (alike.length) images.append(createElement("div", "lab-pad-alike", {}, "most similar training digits", row));
    const hidden = models.flatMap(({ hidden: values }, index) => {
      if (!values.length) return [];
      const columns = Math.ceil(Math.sqrt(2 * values.length));
      const caption = `its ${values.length} hidden neurons`;
      const image = createImage("lab-pad-hidden", { caption, values, columns, scale: 140 / columns });
      cards.children[index].append(image.figure);
      return [image];
    });
    return [seen, ...alike, ...hidden];
  }

  const stop = () => timers.splice(0).forEach(clearTimeout);

  /**
   * @param {string} message
   * @param {Partial<Answer>} answer
   */
  function display(message, answer) {
    stop();
    text.textContent = message;
    painted = fill(answer);
    painted.forEach((image) => image.paint());
  }

  function show() {
    const answer = model.get("answer");
    const last = answer.models?.at(-1);
    if (connection.isLost()) return display(LOST, {});
    const message = last && `${last.name} reads ${last.prediction} (${percent(last.probabilities[last.prediction])})`;
    const blind = model.get("blind");
    display(message ?? (blind ? `Draw a digit. Answers come when ${blind} more are collected.` : "Draw a digit."), answer);
    if (lifted === null) return;
    const start = lifted;
    lifted = null;
    // After the next frame, so that the bars are on the screen.
    requestAnimationFrame(() => setTimeout(() => onTimed(performance.now() - start)));
  }

  return {
    elements: [text, images, cards],
    show,
    repaint: () => painted.forEach((image) => image.paint()),
    startClock() {
      lifted = performance.now();
    },
    /** Take the earlier answer away if this one takes long, and say what to do if it takes longer. */
    wait() {
      stop();
      if (connection.isLost()) return;
      timers = [
        setTimeout(() => {
          text.textContent = "Waiting for the kernel …";
          painted = fill({});
          connection.send(GREETING); // a closed connection is noticed by sending a message
        }, SHORT_WAIT),
        setTimeout(() => {
          text.textContent = SILENT;
        }, LONG_WAIT),
      ];
    },
    stop,
  };
}

/**
 * Show a pad in an element, and return what takes it away.
 * @param {{ model: PadModel, el: HTMLElement }} view
 */
function render({ model, el }) {
  const controller = new AbortController(); // takes every listener away with the view
  const { signal } = controller;
  const root = createElement("div", "lab-pad", { tabIndex: -1 }); // a click beside the controls stays on the pad
  const status = createElement("div", "lab-pad-status");
  /** @param {string} text */
  const say = (text) => {
    status.textContent = text;
  };
  const showStatus = () => say(model.get("status"));
  const connection = createConnection(model, () => {
    requests.finish(false);
    reading.show();
  });
  const requests = createRequests({ connection, say });
  const reading = createReading(model, {
    connection,
    onTimed: (milliseconds) => {
      root.dataset.answerMs = milliseconds.toFixed(1);
    },
  });
  const history = createHistory(model, {
    connection,
    onSend: reading.wait,
    async takeBack(collected) {
      const done = await requests.ask({ ...collected, kind: "take back" });
      if (done) toolbar.chooseLabel(collected.label);
      return done;
    },
  });
  const toolbar = createToolbar(model, {
    clear: () => model.get("strokes").length && history.send([]),
    undo: history.undo,
    async collect(label) {
      if (label === null) return say("Choose which digit it is, then collect it.");
      const request = { kind: /** @type {const} */ ("collect"), label, strokes: model.get("strokes") };
      if (!(await requests.ask(request))) return;
      toolbar.chooseLabel(null); // the next drawing may be another digit
      history.clearCollected(request);
    },
    signal,
  });
  const canvas = createCanvas(model, {
    penWidth: toolbar.penWidth,
    onStroke: (stroke) => {
      reading.startClock();
      history.send([...model.get("strokes"), stroke]);
    },
    signal,
  });
  const photos = createPhotos(root, { connection, say, signal });
  setAttributes(root, { role: "group", "aria-label": "Drawing pad" });
  setAttributes(status, { role: "status" });
  const hint = createElement("div", "lab-pad-hint", {}, HELP);
  const note = createElement("div", "lab-pad-note", {}, NOTE);
  root.append(
    createElement("div", "lab-pad-left", {}, canvas.element, ...toolbar.elements, hint, ...photos.elements, status),
    createElement("div", "lab-pad-right", {}, ...reading.elements, note),
    photos.shown,
  );
  el.append(root);

  /**
   * Keep keys on the pad: JupyterLab would cut, delete or run cells. Only saving the notebook is left to it.
   * @param {KeyboardEvent} event
   */
  function onKeyDown(event) {
    const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
    if (key === "s") return;
    event.stopPropagation();
    if (key !== "z" || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.undo();
  }
  const onStrokes = () => {
    if (history.isForeign()) connection.send(GREETING);
    canvas.paint();
    showStatus(); // a hint is about the drawing as it was
  };
  /** @param {any} message */
  const onMessage = (message) => {
    if (message.kind === "reply") requests.finish(message.done === true);
    else if (message.kind === "photo") photos.onAnswer(message);
    else if (message.kind === "hello" && !message.again) connection.send({ ...GREETING, again: true });
  };
  const onTheme = () => {
    canvas.paint();
    reading.repaint();
  };
  const onConnection = () => connection.send({ ...GREETING, again: true });
  root.addEventListener("keydown", onKeyDown, { signal });
  /** @type {[string, (...parts: any[]) => void][]} */
  const listeners = [
    ["change:strokes", onStrokes],
    ["change:answer", reading.show],
    ["change:status", showStatus],
    ["msg:custom", onMessage],
    ["comm_live_update", onConnection],
  ];
  listeners.forEach(([name, listener]) => model.on(name, listener));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onTheme, { signal });
  const theme = new MutationObserver(onTheme); // JupyterLab names its theme on the body
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  showStatus();
  requestAnimationFrame(() => {
    canvas.paint(); // in the page by then
    reading.show();
    connection.send(GREETING);
  });

  return () => {
    reading.stop();
    controller.abort();
    theme.disconnect();
    listeners.forEach(([name, listener]) => model.off(name, listener));
  };
}

export default { render };
