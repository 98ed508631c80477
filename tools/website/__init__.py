"""The course as a website: `make site` runs `python -m tools.website`."""
