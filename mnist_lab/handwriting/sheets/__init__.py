"""Sheets with a box per digit: printed, written on, photographed, and cut into labeled digits."""
