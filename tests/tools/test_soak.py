"""A short sweep under fire loses no run, does none twice, and leaves nothing running."""

import os

import pytest
from typer.testing import CliRunner

from tools.soak import app


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="processes are killed with a signal of POSIX")
def test_a_sweep_of_ten_runs_survives_killed_workers_two_killed_drivers_and_a_full_disk():
    options = ["--runs", "10", "--every", "10", "--megabytes", "1"]
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0, done.output
    assert "All 10 runs are kept, none was done again, nothing is left." in done.output
    assert "of which 2 killed" in done.output
