// @ts-check
// Puts the pad into the page, with the networks that the page holds, and offers drawings as a file.

import pad from "../handwriting/pad.js";
import { unpack } from "./forward.js";
import { collectionFile } from "./npz.js";
import { createReader } from "./reader.js";

/** @type {(id: string) => HTMLElement} */
const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const networks = JSON.parse(place("networks").textContent ?? "").map(unpack);
const button = /** @type {HTMLButtonElement} */ (place("download"));
/** @type {import("./npz.js").Drawing[]} */
let collected = [];
let kept = 0; // how many of them are in a file

const reader = createReader(networks, (drawings) => {
  collected = [...drawings];
  kept = Math.min(kept, collected.length);
  button.disabled = collected.length === 0;
  place("count").textContent = String(collected.length);
});

button.addEventListener("click", () => {
  const file = new Blob([collectionFile(collected)], { type: "application/zip" });
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(file), download: "drawings.npz" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has read it by then
  kept = collected.length;
});

addEventListener("beforeunload", (event) => {
  if (kept < collected.length) event.preventDefault(); // the browser asks whether to leave
});

pad.render({ model: reader, el: place("pad") });
