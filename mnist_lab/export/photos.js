// @ts-check
// In place of the pad's photos.js: a page without Python reads no photos, and says so.

import { createElement } from "./elements.js";

const SENTENCE = "This page reads drawings only. Photos are read by the course in Python.";

/**
 * Answer photos that are dropped or pasted by a sentence.
 * @param {HTMLElement} root
 * @param {{ say: (text: string) => void, signal: AbortSignal }} options say shows a sentence below
 * the pad; the signal takes all listeners away
 */
export function createPhotos(root, { say, signal }) {
  /** @param {Event} event */
  const refuse = (event) => {
    event.preventDefault(); // the browser would leave the page, and open the photo
    if (event.type !== "dragover") say(SENTENCE);
  };
  for (const name of ["dragover", "drop", "paste"]) root.addEventListener(name, refuse, { signal });
  return { elements: [], shown: createElement("div", "", { hidden: true }), onAnswer() {} };
}
