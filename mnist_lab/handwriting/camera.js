// @ts-check
// The camera on the pad: a button where there is one, a view through it, and the picture that is taken.

import { createElement } from "./elements.js";

const REFUSED = "The browser does not give the camera. Choose a photo instead.";

/**
 * Create the camera's button, hidden where the browser has no camera to give, and the place for its view.
 * @param {{ onPicture: (picture: ImageBitmap, name: string) => void, say: (text: string) => void, signal: AbortSignal }}
 * options say shows a sentence below the pad; the signal turns the camera off
 */
export function createCamera({ onPicture, say, signal }) {
  const button = createElement("button", "lab-pad-camera", { type: "button", hidden: true }, "Camera");
  const viewer = createElement("div", "lab-pad-viewer", { hidden: true });
  /** @type {MediaStream | null} */
  let stream = null;

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    viewer.hidden = true;
    viewer.replaceChildren();
  }

  function close() {
    stop();
    button.focus();
  }

  /** @param {HTMLVideoElement} video */
  async function take(video) {
    const picture = await createImageBitmap(video);
    close();
    onPicture(picture, "the camera's picture");
  }

  async function open() {
    stop();
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1920 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch {
      return say(REFUSED);
    }
    if (signal.aborted) return stop();
    const video = createElement("video", "lab-pad-video", { muted: true, playsInline: true, srcObject: stream });
    video.setAttribute("aria-label", "What the camera sees");
    const shutter = createElement("button", "lab-pad-shutter", { type: "button", disabled: true }, "Take the picture");
    const cancel = createElement("button", "lab-pad-cancel", { type: "button" }, "Cancel");
    shutter.addEventListener("click", () => take(video), { signal });
    cancel.addEventListener("click", close, { signal });
    viewer.replaceChildren(video, createElement("div", "lab-pad-row", {}, shutter, cancel));
    viewer.hidden = false;
    await video.play();
    shutter.disabled = false;
    shutter.focus();
  }

  button.addEventListener("click", open, { signal });
  signal.addEventListener("abort", stop);
  // Absent on pages that were fetched from elsewhere without encryption.
  navigator.mediaDevices?.enumerateDevices().then(
    (devices) => {
      button.hidden = !devices.some((device) => device.kind === "videoinput");
    },
    () => {},
  );
  return { button, viewer };
}
