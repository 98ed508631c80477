// @ts-check
// The browser's half of the drawing pad (see pad.py): it draws, sends the strokes when the pen is lifted, and shows
// the answer. It needs a model with the methods of PadModel, the styles of pad.css, and nothing else.

/** @typedef {[number, number]} Point x and y in pixels of the canvas, y downwards */
/** @typedef {{ width: number, points: Point[] }} Stroke */
/** @typedef {{ name: string, prediction: number, probabilities: number[], hidden: number[] }} ModelAnswer */
/** @typedef {{ label: number, pixels: number[] }} Neighbor pixels run from 0 to 255, as all numbers shown as ink */
/**
 * An empty pad has only a number, which tells one answer from the next.
 * @typedef {{ number: number, model_input?: number[], models?: ModelAnswer[], nearest?: Neighbor[] }} Answer
 */
/** @typedef {{ canvas_size: number, pen_width: number, strokes: Stroke[], answer: Answer, status: string }} PadState */
/** @typedef {import("@anywidget/types").AnyModel<PadState>} AnyPadModel */
/** @typedef {Pick<AnyPadModel, "get" | "set" | "on" | "off" | "send" | "save_changes">} PadModel */

const HELP = "Draw with mouse, pen or finger. Keys: arrows move the pen, space puts it down and lifts it.";
const DIGITS = [...Array(10).keys()];
const MAX_UNDO = 200;
/** @type {Record<string, Point>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function createElement(tag, className, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), { className, ...properties });
  element.append(...children);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, string>} attributes
 */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/** @param {number} share */
const percent = (share) => (share > 0.999 ? "over 99.9 %" : `${Math.round(100 * share)} %`);

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * Return red, green and blue of the ink, as the theme has it now.
 * @param {HTMLCanvasElement} canvas
 */
const inkOf = (canvas) => (getComputedStyle(canvas).color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);

/**
 * Create a figure that shows values from 0 to 255 as ink, `columns` per row, each `scale` pixels large.
 * @param {string} className
 * @param {string} caption
 * @param {number[]} values
 * @param {number} columns
 * @param {number} scale
 * @returns {{ figure: HTMLElement, paint: () => void }} paint after the figure is in the page: then its color is known
 */
function createImage(className, caption, values, columns, scale) {
  const canvas = createElement("canvas", className);
  setAttributes(canvas, { role: "img", "aria-label": caption });
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
 * Send strokes to the model, and remember what undo goes back to.
 * @param {PadModel} model
 * @param {() => void} onSend called before strokes are sent
 */
function createHistory(model, onSend) {
  /** @type {Stroke[][]} */
  const earlier = [];
  /** @type {Stroke[] | null} */
  let latest = null; // what this view sent last

  /** @param {Stroke[]} strokes */
  function send(strokes) {
    latest = strokes;
    onSend();
    model.set("strokes", strokes);
    model.save_changes();
  }

  return {
    /** @param {Stroke[]} strokes */
    send(strokes) {
      if (earlier.push(model.get("strokes")) > MAX_UNDO) earlier.shift();
      send(strokes);
    },
    undo() {
      const strokes = earlier.pop();
      if (strokes) send(strokes);
    },
    /** Forget the steps of this view where another view or Python drew: undo would take that away. */
    checkOrigin() {
      if (model.get("strokes") !== latest) earlier.length = 0;
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
    Object.assign(canvas.style, { width: `${size}px`, height: `${size}px` });
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
  }

  /** @param {PointerEvent} event */
  function onPointerMove(event) {
    if (event.pointerId !== pointer || !current) return;
    const from = current.points.length - 1;
    const events = event.getCoalescedEvents?.() ?? [];
    current.points.push(...(events.length ? events : [event]).map(pointOf));
    paintStroke(current, from);
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
 * Create the buttons, the pen's width, the label to collect a drawing with, and the line of messages.
 * @param {PadModel} model
 * @param {{ send: (strokes: Stroke[]) => void, undo: () => void, signal: AbortSignal }} options
 */
function createToolbar(model, { send, undo, signal }) {
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
  const status = createElement("div", "lab-pad-status");
  setAttributes(status, { role: "status" });

  function clear() {
    if (model.get("strokes").length) send([]);
  }

  function collect() {
    if (label.value === "") {
      status.textContent = "Choose which digit it is, then collect it.";
      return;
    }
    model.send({ kind: "collect", label: Number(label.value), strokes: model.get("strokes") });
    clear(); // undo brings it back, should saving fail
  }

  const drawing = createElement(
    "div", "lab-pad-row", {},
    createButton("lab-pad-undo", "Undo", undo),
    createButton("lab-pad-clear", "Clear", clear),
    createElement("label", "", {}, "pen", width),
  );
  const collecting = createElement(
    "div", "lab-pad-row", {},
    createElement("label", "", {}, "this is a", label),
    createButton("lab-pad-collect", "Collect", collect),
  );
  return {
    elements: [drawing, collecting, createElement("div", "lab-pad-hint", {}, HELP), status],
    penWidth: () => Number(width.value),
    showStatus() {
      status.textContent = model.get("status");
    },
  };
}

/**
 * Create the side that shows the answer: the last network's prediction, images, and a card per network.
 * @param {PadModel} model
 * @param {{ onTimed: (milliseconds: number) => void }} options onTimed gets the time from the pen's lift to the bars
 */
function createReading(model, { onTimed }) {
  const text = createElement("div", "lab-pad-reading");
  setAttributes(text, { "aria-live": "polite" });
  const images = createElement("div", "lab-pad-row");
  const cards = createElement("div", "lab-pad-models");
  /** @type {number | null} */
  let lifted = null; // when the pen was lifted in this view, until the answer is shown
  let timer = 0;

  /**
   * Fill `images` and `cards`, and return what is to be painted.
   * @param {Answer} answer
   */
  function fill({ models = [], model_input = [], nearest = [] }) {
    cards.replaceChildren(...models.map(createCard));
    images.replaceChildren();
    if (!models.length) return [];
    const shown = [createImage("lab-pad-model-input", "what it sees", model_input, 28, 4)];
    for (const { label, pixels } of nearest) {
      shown.push(createImage("lab-pad-nearest", `like ${label}`, pixels, 28, 2));
    }
    images.append(...shown.map((image) => image.figure));
    models.forEach(({ hidden }, index) => {
      if (!hidden.length) return;
      const columns = Math.ceil(Math.sqrt(2 * hidden.length));
      const image = createImage("lab-pad-hidden", `${hidden.length} hidden`, hidden, columns, 140 / columns);
      cards.children[index].append(image.figure);
      shown.push(image);
    });
    return shown;
  }

  function show() {
    const answer = model.get("answer");
    const last = answer.models?.at(-1);
    clearTimeout(timer);
    text.textContent = last
      ? `${last.name} reads ${last.prediction} (${percent(last.probabilities[last.prediction])})`
      : "Draw a digit.";
    fill(answer).forEach((image) => image.paint());
    if (lifted === null) return;
    const start = lifted;
    lifted = null;
    // After the next frame, so that the bars are on the screen.
    requestAnimationFrame(() => setTimeout(() => onTimed(performance.now() - start)));
  }

  return {
    element: createElement("div", "lab-pad-right", {}, text, images, cards),
    show,
    startClock() {
      lifted = performance.now();
    },
    /** Say after a second that the answer is still to come. */
    wait() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        text.textContent = "Waiting for the kernel …";
      }, 1000);
    },
    stop: () => clearTimeout(timer),
  };
}

/**
 * Show a pad in an element, and return what takes it away.
 * @param {{ model: PadModel, el: HTMLElement }} view
 */
function render({ model, el }) {
  const controller = new AbortController(); // takes every listener away with the view
  const { signal } = controller;
  const root = createElement("div", "lab-pad");
  const reading = createReading(model, {
    onTimed: (milliseconds) => {
      root.dataset.answerMs = milliseconds.toFixed(1);
    },
  });
  const history = createHistory(model, reading.wait);
  const toolbar = createToolbar(model, { send: history.send, undo: history.undo, signal });
  const canvas = createCanvas(model, {
    penWidth: toolbar.penWidth,
    onStroke: (stroke) => {
      reading.startClock();
      history.send([...model.get("strokes"), stroke]);
    },
    signal,
  });
  // The last attribute keeps JupyterLab from taking arrows, space and letters.
  setAttributes(root, { role: "group", "aria-label": "Drawing pad", "data-lm-suppress-shortcuts": "true" });
  root.append(createElement("div", "lab-pad-left", {}, canvas.element, ...toolbar.elements), reading.element);
  el.append(root);

  const onStrokes = () => {
    history.checkOrigin();
    canvas.paint();
    toolbar.showStatus(); // a hint is about the drawing as it was
  };
  const onTheme = () => {
    canvas.paint();
    reading.show();
  };
  model.on("change:strokes", onStrokes);
  model.on("change:answer", reading.show);
  model.on("change:status", toolbar.showStatus);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onTheme, { signal });
  const theme = new MutationObserver(onTheme); // JupyterLab names its theme on the body
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  toolbar.showStatus();
  requestAnimationFrame(onTheme); // in the page by then

  return () => {
    reading.stop();
    controller.abort();
    theme.disconnect();
    model.off("change:strokes", onStrokes);
    model.off("change:answer", reading.show);
    model.off("change:status", toolbar.showStatus);
  };
}

export default { render };
