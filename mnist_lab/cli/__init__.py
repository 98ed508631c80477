"""The command line, `mnist-lab`; app.py lists the commands."""
