"""The exercises to each lesson, with their solutions; hidden from notebooks that are marked."""
