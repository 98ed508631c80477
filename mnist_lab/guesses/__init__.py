"""A reader's guess beside the value, and why people make the usual wrong ones."""

from mnist_lab.guesses.compare import compare_guess as compare_guess
