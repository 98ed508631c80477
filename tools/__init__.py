"""Scripts for the repository, not for users; each is run as `python -m tools.NAME`."""
