# Everything in one word: each target first sets up .venv from the lock, where it is missing or older than its inputs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.PHONY: help setup course test lab notebooks screenshots bench lock clean

help:
	@echo "make course      run the whole course; results in runs/course"
	@echo "make test        run all tests"
	@echo "make lab         open the notebooks in JupyterLab"
	@echo "make notebooks   re-execute the notebooks in place (on full MNIST), refresh images"
	@echo "make screenshots take the README's screenshots anew (needs Chromium)"
	@echo "make bench       measure the speed of training"
	@echo "make setup       only set up $(VENV)"
	@echo "make lock        resolve requirements.txt anew (needs uv)"
	@echo "make clean       remove $(VENV) and runs"

setup: $(READY)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	  echo "mnist_lab needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1 || echo missing). Install one and name it: make $(or $(MAKECMDGOALS),course) PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) with the locked packages (once; a few minutes, about 3 GB) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)
	@echo "$(VENV) is ready."

course: $(READY)
	@$(BIN)/mnist-lab course $(ARGS)

test: $(READY)
	@$(BIN)/python -m pytest $(ARGS)

lab: $(READY)
	@JUPYTER_CONFIG_PATH="$(CURDIR)/jupyter" $(BIN)/jupyter lab notebooks $(ARGS)

# In order, since each notebook reads the records of those before it.
notebooks: $(READY)
	@for notebook in notebooks/*.ipynb; do \
	  echo "$$notebook"; \
	  $(BIN)/jupyter nbconvert --log-level=WARN --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
	    --ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.preserve_cell_metadata_mask=tags \
	    --ClearMetadataPreprocessor.preserve_nb_metadata_mask=kernelspec "$$notebook" || exit 1; \
	done
	@$(BIN)/python -m tools.refresh_notebooks

screenshots: $(READY)
	@$(BIN)/python -m tools.screenshots

bench: $(READY)
	@$(BIN)/python -m benchmarks.speed $(ARGS)

lock:
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --fork-strategy fewest \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements.txt

clean:
	rm -rf $(VENV) runs
