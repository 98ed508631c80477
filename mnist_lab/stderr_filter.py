"""Copies stdin to stderr without TensorFlow's start-up chatter; backend.py runs it as a process."""

import re
import signal
import sys

# Lines that TensorFlow writes to stderr at every log level: INFO lines, which differ between
# processors, and more without a CUDA driver; TensorFlow 2.19 is at odds with itself about the
# libraries of a GPU, also where there is none. A notebook would show them in red.
CHATTER = re.compile(
    rb"^I\d{4} |All log messages before absl::InitializeLog"
    rb"|Unable to register cu\w+ factory|computation placer already registered"
    rb"|cuda_platform|failed call to cuInit|To enable the following instructions"
)


def main() -> None:
    """Copy until stdin ends: when the writing process closes it, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the process that writes
    for line in sys.stdin.buffer:
        if not CHATTER.search(line):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()


if __name__ == "__main__":
    main()
