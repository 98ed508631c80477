// The browser's half of the drawing pad (see pad.py): it draws, sends the strokes when the pen is lifted, shows the answer.

const STYLE = `
.lab-pad {
  --ink: var(--jp-ui-font-color0, #111); --text: var(--jp-ui-font-color1, #222); --faint: var(--jp-ui-font-color2, #555);
  --paper: var(--jp-layout-color0, #fff); --panel: var(--jp-layout-color1, #fff); --line: var(--jp-border-color1, #aaa);
  --accent: var(--jp-brand-color1, #1565c0);
  display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: flex-start; padding: 8px; box-sizing: border-box;
  max-width: 100%; color: var(--text); font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
}
@media (prefers-color-scheme: dark) {
  .lab-pad {
    --ink: var(--jp-ui-font-color0, #fff); --text: var(--jp-ui-font-color1, #ddd); --faint: var(--jp-ui-font-color2, #aaa);
    --paper: var(--jp-layout-color0, #111); --panel: var(--jp-layout-color1, #1b1b1b); --line: var(--jp-border-color1, #777);
    --accent: var(--jp-brand-color1, #64b5f6);
  }
}
.lab-pad canvas { color: var(--ink); background: var(--paper); border: 1px solid var(--line); display: block; box-sizing: content-box; }
.lab-pad-canvas { touch-action: none; cursor: crosshair; user-select: none; }
.lab-pad :is(button, select, input, canvas):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.lab-pad :is(button, select) {
  font: inherit; min-height: 32px; padding: 2px 12px; color: var(--text); background: var(--panel);
  border: 1px solid var(--line); border-radius: 4px; cursor: pointer;
}
.lab-pad button:hover { border-color: var(--accent); }
.lab-pad-row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; }
.lab-pad-row label { display: inline-flex; gap: 6px; align-items: center; }
.lab-pad-hint, .lab-pad-status { color: var(--faint); width: 282px; margin: 4px 0; overflow-wrap: anywhere; }
.lab-pad-right { flex: 1 1 420px; min-width: 280px; } .lab-pad-width { width: 110px; }
.lab-pad-reading { font-size: 20px; min-height: 30px; color: var(--ink); }
.lab-pad figure { margin: 0; } .lab-pad figcaption { color: var(--faint); text-align: center; }
.lab-pad-models { display: flex; flex-wrap: wrap; gap: 12px 18px; margin-top: 10px; min-height: 440px; align-content: flex-start; }
.lab-pad-model { width: 142px; } .lab-pad-model b { display: block; overflow-wrap: anywhere; }
.lab-pad-bars { display: flex; gap: 2px; align-items: flex-end; height: 62px; margin-top: 4px; border-bottom: 1px solid var(--line); }
.lab-pad-bar { flex: 1; min-height: 1px; background: var(--faint); } .lab-pad-bar.is-answer { background: var(--accent); }
.lab-pad-digits { display: flex; gap: 2px; color: var(--faint); font-size: 11px; margin-bottom: 6px; }
.lab-pad-digits span { flex: 1; text-align: center; }
`;

function element(tag, className, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), { className, ...properties });
  made.append(...children);
  return made;
}

const percent = (share) => (share > 0.999 ? "over 99.9 %" : `${Math.round(100 * share)} %`);

// The components of the ink's colour, as the theme has it now.
const inkOf = (canvas) => getComputedStyle(canvas).color.match(/[\d.]+/g).map(Number);

// Shows numbers from 0 to 255 as ink, `columns` to a row, each `scale` pixels large.
function pixels(canvas, values, columns, scale) {
  const rows = Math.ceil(values.length / columns) || 1;
  Object.assign(canvas, { width: columns, height: rows });
  Object.assign(canvas.style, { width: `${columns * scale}px`, height: `${rows * scale}px`, imageRendering: "pixelated" });
  const image = new ImageData(columns, rows);
  const [red, green, blue] = inkOf(canvas);
  values.forEach((value, place) => image.data.set([red, green, blue, value], 4 * place));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function render({ model, el }) {
  const side = model.get("side");
  const ends = new AbortController(); // takes every listener away with the view
  const listen = (target, name, act) => target.addEventListener(name, act, { signal: ends.signal });

  const help = "Draw with mouse, pen or finger. Keys: arrows move the pen, space puts it down and lifts it.";
  const canvas = element("canvas", "lab-pad-canvas", { tabIndex: 0 });
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `Drawing area, ${side} by ${side}. ${help}`);
  const button = (className, text) => element("button", className, { type: "button" }, text);
  const undo = button("lab-pad-undo", "Undo");
  const clear = button("lab-pad-clear", "Clear");
  const collect = button("lab-pad-collect", "Collect");
  const width = element("input", "lab-pad-width", { type: "range", min: 6, max: 40, value: model.get("pen") });
  const options = [...Array(10).keys()].map((digit) => element("option", "", { value: digit }, String(digit)));
  const label = element("select", "lab-pad-label", {}, element("option", "", { value: "" }, "–"), ...options);
  const status = element("div", "lab-pad-status");
  status.setAttribute("role", "status");
  const reading = element("div", "lab-pad-reading");
  reading.setAttribute("aria-live", "polite");
  const pictures = element("div", "lab-pad-row");
  const models = element("div", "lab-pad-models");
  const left = element(
    "div", "lab-pad-left", {}, canvas,
    element("div", "lab-pad-row", {}, undo, clear, element("label", "", {}, "pen", width)),
    element("div", "lab-pad-row", {}, element("label", "", {}, "this is a", label), collect),
    element("div", "lab-pad-hint", {}, help), status,
  );
  const root = element("div", "lab-pad", {}, left, element("div", "lab-pad-right", {}, reading, pictures, models));
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Drawing pad");
  root.setAttribute("data-lm-suppress-shortcuts", "true"); // else JupyterLab takes arrows, space and letters
  el.append(element("style", "", {}, STYLE), root);

  let current = null; // the stroke under the pen
  let pointer = null; // which finger, pen or mouse draws it
  let cursor = null; // where the keyboard's pen is
  let lifted = null; // when the pen was last lifted in this view
  let waiting = 0;
  const undone = []; // what undo goes back to
  let mine = null; // what this view last sent
  const brush = canvas.getContext("2d");

  function line(stroke, from) {
    brush.lineWidth = stroke.width;
    brush.beginPath();
    const points = stroke.points.slice(Math.max(0, from));
    brush.moveTo(...points[0]);
    points.forEach((point) => brush.lineTo(...point)); // a first line of no length makes a dot of a single point
    brush.stroke();
  }

  function drawing() {
    const ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: side * ratio, height: side * ratio });
    Object.assign(canvas.style, { width: `${side}px`, height: `${side}px` });
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.lineCap = brush.lineJoin = "round";
    brush.strokeStyle = `rgb(${inkOf(canvas).slice(0, 3)})`;
    model.get("strokes").concat(current ?? []).forEach((stroke) => line(stroke, 0));
    if (cursor && document.activeElement === canvas) {
      brush.lineWidth = current ? 3 : 1;
      brush.strokeStyle = getComputedStyle(root).getPropertyValue("--accent");
      brush.beginPath();
      brush.arc(...cursor, width.value / 2 + 2, 0, 7);
      brush.stroke();
      brush.strokeStyle = `rgb(${inkOf(canvas).slice(0, 3)})`;
    }
  }

  function card(found) {
    const best = found.probabilities[found.reads];
    const bars = element("div", "lab-pad-bars");
    bars.setAttribute("role", "img");
    bars.setAttribute("aria-label", found.probabilities.map((share, digit) => `${digit}: ${percent(share)}`).join(", "));
    found.probabilities.forEach((share, digit) => {
      const bar = element("div", digit === found.reads ? "lab-pad-bar is-answer" : "lab-pad-bar");
      bar.style.height = `${100 * share}%`;
      bars.append(bar);
    });
    const digits = element("div", "lab-pad-digits", {}, ...[...Array(10).keys()].map((digit) => element("span", "", {}, String(digit))));
    digits.setAttribute("aria-hidden", "true");
    const made = element("div", "lab-pad-model", {}, element("b", "", {}, found.name), `reads ${found.reads} (${percent(best)})`, bars, digits);
    Object.assign(made.dataset, { model: found.name, reads: found.reads });
    return made;
  }

  function captioned(className, text, values, columns, scale) {
    const small = element("canvas", className);
    small.setAttribute("role", "img");
    small.setAttribute("aria-label", text);
    const figure = element("figure", "", {}, small, element("figcaption", "", {}, text));
    return { figure, paint: () => pixels(small, values, columns, scale) };
  }

  const said = () => { status.textContent = model.get("status"); };

  function answer() {
    const { models: found = [], model_input, nearest = [] } = model.get("answer");
    clearTimeout(waiting);
    said();
    models.replaceChildren(...found.map(card));
    pictures.replaceChildren();
    if (found.length) {
      const last = found.at(-1);
      reading.textContent = `${last.name} reads ${last.reads} (${percent(last.probabilities[last.reads])})`;
      const shown = [captioned("lab-pad-model_input", "what it sees", model_input, 28, 4)];
      nearest.forEach((digit) => shown.push(captioned("lab-pad-nearest", `like ${digit.label}`, digit.pixels, 28, 2)));
      pictures.append(...shown.map((picture) => picture.figure));
      found.forEach(({ hidden }, place) => {
        if (!hidden.length) return;
        const columns = Math.ceil(Math.sqrt(2 * hidden.length));
        shown.push(captioned("lab-pad-hidden", `${hidden.length} hidden`, hidden, columns, 140 / columns));
        models.children[place].append(shown.at(-1).figure);
      });
      shown.forEach((picture) => picture.paint()); // in the page by now, so that the theme's colours are known
    } else reading.textContent = "Draw a digit.";
    if (lifted === null) return;
    const start = lifted;
    lifted = null;
    // After the next frame, so that the bars are on the screen.
    requestAnimationFrame(() => setTimeout(() => { root.dataset.answerMs = (performance.now() - start).toFixed(1); }));
  }

  function send(strokes) {
    if (undone.push(model.get("strokes")) > 200) undone.shift();
    mine = strokes;
    clearTimeout(waiting);
    waiting = setTimeout(() => { reading.textContent = "Waiting for the kernel …"; }, 1000);
    model.set("strokes", strokes);
    model.save_changes();
  }

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const at = (value, start, length) => Math.round((10 * side * (value - start - 1)) / (length - 2)) / 10; // inside the border
    return [at(event.clientX, box.left, box.width), at(event.clientY, box.top, box.height)];
  };

  function lift() {
    const strokes = [...model.get("strokes"), current];
    current = pointer = null;
    lifted = performance.now();
    send(strokes);
  }

  listen(canvas, "pointerdown", (event) => {
    if (event.button !== 0 || pointer !== null) return;
    if (current) lift(); // the keyboard's pen was down
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    cursor = null;
    current = { width: Number(width.value), points: [place(event)] };
    line(current, 0);
  });
  listen(canvas, "pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const from = current.points.length - 1;
    const events = event.getCoalescedEvents?.() ?? [];
    current.points.push(...(events.length ? events : [event]).map(place));
    line(current, from);
  });
  for (const name of ["pointerup", "pointercancel"]) listen(canvas, name, (event) => { if (event.pointerId === pointer) lift(); });

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  listen(canvas, "keydown", (event) => {
    if (pointer !== null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) {
      const far = event.shiftKey ? 2 : 10;
      cursor = (cursor ?? [side / 2, side / 2]).map((value, axis) => Math.min(side, Math.max(0, value + far * steps[event.key][axis])));
      current?.points.push(cursor);
    } else if (event.key === " ") {
      cursor ??= [side / 2, side / 2];
      if (current) lift();
      else current = { width: Number(width.value), points: [cursor] };
    } else if (event.key === "Escape" && current) current = null;
    else return;
    event.preventDefault();
    drawing();
  });
  listen(canvas, "focus", drawing);
  listen(canvas, "blur", () => { if (current && pointer === null) lift(); drawing(); });

  listen(undo, "click", () => {
    const before = undone.pop();
    if (before === undefined) return;
    send(before);
    undone.pop();
  });
  listen(clear, "click", () => { if (model.get("strokes").length) send([]); });
  listen(collect, "click", () => {
    if (label.value === "") status.textContent = "Choose which digit it is, then collect it.";
    else {
      const strokes = model.get("strokes");
      model.send({ kind: "collect", label: Number(label.value), strokes });
      if (strokes.length) send([]); // undo brings it back, should saving fail
    }
  });

  const changed = () => {
    if (model.get("strokes") !== mine) undone.length = 0; // another view or Python drew: undo would take that away
    drawing();
  };
  const themed = () => { drawing(); answer(); };
  const watched = { "change:strokes": changed, "change:answer": answer, "change:status": said };
  for (const [name, act] of Object.entries(watched)) model.on(name, act);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  listen(dark, "change", themed);
  const theme = new MutationObserver(themed); // JupyterLab names its theme on the body
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  said();
  requestAnimationFrame(themed); // in the page by then

  return () => {
    clearTimeout(waiting);
    ends.abort();
    theme.disconnect();
    for (const [name, act] of Object.entries(watched)) model.off(name, act);
  };
}

export default { render };
