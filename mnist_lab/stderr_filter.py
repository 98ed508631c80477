"""Copies stdin to stderr without TensorFlow's start-up chatter; backend.py runs it as a process."""

import re
import signal
import sys

# What TensorFlow writes straight to the stderr of a process whatever its log level: INFO lines,
# which differ from processor to processor, and more without a CUDA driver. A notebook would show
# them in red under the first cell.
CHATTER = re.compile(
    rb"^I\d{4} |All log messages before absl::InitializeLog"
    rb"|cuda_platform|failed call to cuInit|To enable the following instructions"
)


def main() -> None:
    """Copy until stdin ends, which it does when the process that writes to it goes on or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the process that writes
    for line in sys.stdin.buffer:
        if not CHATTER.search(line):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()


if __name__ == "__main__":
    main()
