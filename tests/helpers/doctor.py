"""What the doctor looks at, in order, and a TensorFlow that answers it at once."""

import json

SUBJECTS = [
    "Python",
    "packages",
    "processor",
    "TensorFlow",
    "XLA",
    "GPU",
    "Keras",
    "memory",
    "folders",
    "data",
    "kernel",
]


def answering(gpus: int, xla: str | None, product: int = 11) -> str:
    """Return a program that answers as the child process does on a machine like this."""
    answer = {"tensorflow": "9.9", "keras": "8.8", "product": product, "gpus": gpus, "xla": xla}
    return f"print({json.dumps(answer)!r})"


SOUND_TENSORFLOW = answering(0, None)
