"""What all builders of networks check: activations, initializers, and whether there is memory."""

from mnist_lab import checks, machine
from mnist_lab.backend import keras

# What the course's pages try and the errors suggest; Keras knows more.
ACTIVATIONS = ("relu", "gelu", "elu", "selu", "silu", "tanh", "sigmoid", "linear")
_INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
)


def activation_name(name: str) -> str:
    """Return the name of an activation if Keras knows it."""
    try:
        if isinstance(name, str):
            keras.activations.get(name)
            return name
    except ValueError:
        pass
    return checks.choice("activation", name, ACTIVATIONS)


def seeded_initializer(name: str, seed: int) -> keras.initializers.Initializer:
    """Return an initializer with its own seed, so that layers of equal shape start differently."""
    try:
        if isinstance(name, str):
            initializer = keras.initializers.get(name)
            return type(initializer).from_config(initializer.get_config() | {"seed": seed})
    except (ValueError, TypeError):
        # TypeError: an initializer without a seed, such as zeros.
        pass
    hint = checks.did_you_mean(name, _INITIALIZERS)
    raise checks.invalid("kernel_initializer", name, f"one of {', '.join(_INITIALIZERS)}{hint}")


def check_memory(name: str, value: object, weights: int) -> None:
    """Refuse a network before it is built if its weights alone need more memory than there is."""
    need, limit = 4 * weights // 10**9, machine.memory_limit()  # four bytes each
    if 4 * weights > limit:
        expected = (
            f"a network that fits into memory: this one has {_brief(weights)} weights, which need"
            f" {_brief(need)} GB, and this process may use {limit / 1e9:.1f} GB; take less"
        )
        raise checks.invalid(name, value, expected)


def _brief(count: int) -> str:
    """Return a whole number in a few characters, however large it is."""
    return f"{count:,}" if count < 10**18 else f"about 10^{len(str(count)) - 1}"
