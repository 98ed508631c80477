"""`python -m mnist_lab` is the command line, for where `mnist-lab` is not on the path."""

from mnist_lab.cli.app import app

if __name__ == "__main__":
    app(prog_name="mnist-lab")
