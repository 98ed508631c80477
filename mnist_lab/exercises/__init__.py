"""Exercises that answer: what was tried, what came, and the likeliest mistake."""

from mnist_lab.exercises.check import check as check
from mnist_lab.exercises.progress import progress as progress
