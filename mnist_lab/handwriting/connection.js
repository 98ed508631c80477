// @ts-check
// The way to Python: messages, a connection that may be lost, and what to say when nobody answers.

export const LOST = "Not connected any more, because its kernel was restarted or closed. Run the pad's cell again.";
export const SILENT = "No answer from the kernel. If a cell is running, wait. If not, run the pad's cell again.";
/**
 * ipykernel 7.4 handles a widget's message in the thread that it last answered from. In the thread of the cells, the pad
 * would wait for a running cell. The thread for widgets is only ready after a first answer, so Python is greeted twice.
 */
export const GREETING = { kind: "hello", again: false };
export const SHORT_WAIT = 1000; // milliseconds until it says that it waits
export const LONG_WAIT = 5000; // milliseconds until it says what to do

/**
 * Send messages to Python, and notice when that is no longer possible: JupyterLab closes the connection of a pad whose
 * kernel was restarted.
 * @param {{ send: (message: any) => void }} model of the widget
 * @param {() => void} onLost called once
 */
export function createConnection(model, onLost) {
  let lost = false;
  return {
    isLost: () => lost,
    /**
     * Return whether the connection was open.
     * @param {object} message
     */
    send(message) {
      if (lost) return false;
      try {
        model.send(message);
      } catch {
        lost = true;
        onLost();
      }
      return !lost;
    },
  };
}

/** @typedef {ReturnType<typeof createConnection>} Connection */
