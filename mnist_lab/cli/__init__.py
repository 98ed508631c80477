"""The command line, `mnist-lab`; app.py says which commands there are."""
