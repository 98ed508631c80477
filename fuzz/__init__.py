"""Changed inputs for everything that reads files and texts of others: `python -m fuzz`."""
