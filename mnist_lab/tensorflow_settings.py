"""The environment variables that TensorFlow, Keras and scikit-learn read when they are imported."""

import os

from mnist_lab import machine


def set_variables() -> None:
    """Set what the course needs; a variable that is already set stays."""
    cores = str(machine.usable_cores())
    for name, value in {
        # Nothing but what ends the process. Errors come as exceptions, and each program from
        # xla_cache logs two "errors" as it is read: that it is not text, and a hint for the
        # compiler that is taken for an instruction which the processor lacks.
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # Otherwise Keras reads it from ~/.keras/keras.json, where another project may have set it.
        "KERAS_BACKEND": "tensorflow",
        # Otherwise the first process takes all memory of a GPU, and a second notebook's fails.
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        # oneDNN's allocator would keep each large block for the next one, such as the digits.
        "TF_ONEDNN_USE_SYSTEM_ALLOCATOR": "true",
        # TensorFlow would start a thread per core of the machine, also where a container may use
        # but one.
        "TF_NUM_INTRAOP_THREADS": cores,
        "TF_NUM_INTEROP_THREADS": cores,
        # Threads of scikit-learn would spin while they wait, and take the cores from all others.
        "OMP_WAIT_POLICY": "passive",
    }.items():
        os.environ.setdefault(name, value)
