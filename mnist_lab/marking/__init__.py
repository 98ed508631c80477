"""Marks learners' notebooks of exercises by running their functions on new inputs."""
