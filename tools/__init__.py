"""Scripts that make files of the repository anew; each is run as `python -m tools.NAME`."""
