"""What the doctor looks at, in order."""

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
