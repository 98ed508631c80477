# Everything in one word: each target first sets up .venv from a lock, if it is missing or older
# than its inputs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_SITE := $(VENV)/.ready-site
ARGS ?=
UV ?= uv
# In any locale: the folder of the course may have letters beyond ASCII.
export PYTHONUTF8 := 1
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Which build of TensorFlow .venv has is written down there, so that a later make leaves it.
BUILD := $(or $(shell cat $(VENV)/.tensorflow 2>/dev/null),standard)
TENSORFLOW ?= $(BUILD)
OTHER := $(if $(filter cpu,$(TENSORFLOW)),tensorflow,tensorflow-cpu)

.PHONY: help setup course test test-fast test-lowest lint format lab notebooks claims pretrained \
  exercises screenshots site bench fuzz lock clean
ifneq ($(TENSORFLOW),$(BUILD))
.PHONY: $(READY) # set up anew, with the other build
endif

help:
	@echo "make course      run the whole course; results in runs/course"
	@echo "make lab         open JupyterLab in work, your own copy of the notebooks"
	@echo "make test        run all tests"
	@echo "make test-fast   run the tests that take no more than seconds"
	@echo "make test-lowest the same with the lowest versions in pyproject.toml (needs uv)"
	@echo "make lint        check style, imports, types, spelling and the course's own rules"
	@echo "make format      bring code and notebooks into the style"
	@echo "make notebooks   re-execute the notebooks in place (on full MNIST), refresh images"
	@echo "make claims      test what the notebooks say on runs with other seeds, digits and values"
	@echo "make exercises   make the exercises from their solutions, and run the solutions"
	@echo "make pretrained  train the networks that come with the package again (on full MNIST)"
	@echo "make screenshots take the screenshots of docs/ anew (needs Chromium)"
	@echo "make site        make the website of the course in runs/site"
	@echo "make bench       measure the speed of training"
	@echo "make fuzz        read 100,000 changed inputs with everything that reads files or values"
	@echo "make setup       only set up $(VENV); with TENSORFLOW=cpu the smaller build (x86, no GPU)"
	@echo "make lock        resolve the locks anew: requirements.txt, -dev.txt and -site.txt (needs uv)"
	@echo "make clean       remove $(VENV), $(LOWEST) and runs"
	@echo "ARGS=... goes on to the command, PYTHON=python3.12 names the Python for $(VENV)."

setup: $(READY)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  2>/dev/null || { \
	  echo "mnist_lab needs Python 3.11, 3.12 or 3.13; $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>&1 || echo missing). Install one and name it:" \
	    "make $(or $(MAKECMDGOALS),course) PYTHON=python3.12"; exit 1; }
	@case "$(TENSORFLOW)" in standard|cpu) ;; *) \
	  echo "TENSORFLOW=$(TENSORFLOW) cannot be used: expected standard or cpu."; exit 1;; esac
	@echo "Setting up $(VENV) with the locked packages (once; a few minutes," \
	  "about $(if $(filter cpu,$(TENSORFLOW)),2,3) GB) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment;" \
	  "on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@rm -f $(READY_DEV) $(READY_SITE)
	@$(PIP) uninstall --yes $(OTHER) 2>/dev/null
	@$(call install_lock,requirements.txt)
	@$(PIP) install --no-deps --editable .
	@echo $(TENSORFLOW) > $(VENV)/.tensorflow
	@touch $(READY)
	@echo "$(VENV) is ready."
	@$(if $(filter cpu,$(TENSORFLOW)),echo "It has tensorflow-cpu: the same module$(comma) under" \
	  "another name$(comma) so pip check calls tensorflow missing.")

$(READY_DEV): $(READY) requirements-dev.txt
	@echo "Adding the packages for tests and checks to $(VENV) ..."
	@$(call install_lock,requirements-dev.txt)
	@touch $(READY_DEV)

$(READY_SITE): $(READY) requirements-site.txt
	@echo "Adding the packages for the website to $(VENV) ..."
	@$(call install_lock,requirements-site.txt)
	@touch $(READY_SITE)

# tensorflow-cpu has the version numbers of tensorflow.
comma := ,
CHOOSE := $(if $(filter cpu,$(TENSORFLOW)),s/^tensorflow==/tensorflow-cpu==/)
install_lock = sed '$(CHOOSE)' $(1) > $(VENV)/$(1) && $(PIP) install -r $(VENV)/$(1)

course: $(READY)
	@$(BIN)/mnist-lab course $(ARGS)

lab: $(READY)
	@$(BIN)/mnist-lab lab work $(ARGS)

# Two files at a time, and three where many tests wait for processes; ARGS="-n 1" is for a machine
# with little memory. The package's files are there for the examples in its docstrings.
PARALLEL := -n 2 --dist=loadscope --no-loadscope-reorder --doctest-modules
NBVAL := --nbval-lax --nbval-current-env --nbval-cell-timeout=900

test: $(READY_DEV) $(READY_SITE)
	@$(BIN)/python -m pytest $(PARALLEL) -n 3 $(NBVAL) -o testpaths="mnist_lab tests notebooks" $(ARGS)

test-fast: $(READY_DEV)
	@$(BIN)/python -m pytest $(PARALLEL) -o testpaths="mnist_lab tests" -m "not slow" $(ARGS)

need_uv = command -v $(UV) >/dev/null || { \
  echo "$(UV) is not on this machine. Install it: pip install uv"; exit 1; }
LOWEST := .venv-lowest

# In an environment of its own; PYTHON=python3.11 tries the lowest Python as well.
test-lowest:
	@$(need_uv)
	@$(UV) venv --quiet --clear --seed --python $(PYTHON) $(LOWEST)
	@$(UV) pip compile --quiet pyproject.toml --resolution lowest-direct \
	  --python $(LOWEST)/bin/python --output-file $(LOWEST)/lowest.txt
	@sed -i.all '$(CHOOSE)' $(LOWEST)/lowest.txt
	@$(UV) pip install --quiet --python $(LOWEST)/bin/python -r $(LOWEST)/lowest.txt \
	  axe-playwright-python hypothesis playwright pytest-xdist
	@$(UV) pip install --quiet --python $(LOWEST)/bin/python --no-deps --editable .
	@$(LOWEST)/bin/python -m pytest $(PARALLEL) -o testpaths="mnist_lab tests" -m "not slow and not locked" $(ARGS)

lint: $(READY_DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/pyright
	@$(BIN)/codespell
	@$(BIN)/python -m tools.lint_course

format: $(READY_DEV)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# In order, since each notebook reads the records of those before it.
# Runs notebooks in place; their metadata is kept to what is needed.
define execute
@for notebook in $(1); do \
  echo "$$notebook"; \
  $(BIN)/jupyter nbconvert --log-level=WARN --to notebook --execute --inplace \
    --ClearMetadataPreprocessor.enabled=True \
    --ClearMetadataPreprocessor.preserve_cell_metadata_mask=tags \
    --ClearMetadataPreprocessor.preserve_cell_metadata_mask=execution \
    --ClearMetadataPreprocessor.preserve_nb_metadata_mask=kernelspec \
    --ClearMetadataPreprocessor.preserve_nb_metadata_mask=language_info \
    "$$notebook" || exit 1; \
done
endef

notebooks: $(READY)
	$(call execute,notebooks/*.ipynb notebooks/solutions/*.ipynb)
	@$(BIN)/python -m tools.refresh_notebooks
	@$(BIN)/python -m tools.exercises

exercises: $(READY)
	$(call execute,notebooks/solutions/*.ipynb)
	@$(BIN)/python -m tools.exercises

claims: $(READY)
	@$(BIN)/python -m tools.claims run $(ARGS)

pretrained: $(READY)
	@$(BIN)/python -m tools.train_pretrained $(ARGS)
	@$(BIN)/python -m tools.train_reader

screenshots: $(READY_DEV)
	@$(BIN)/python -m tools.screenshots

site: $(READY_SITE)
	@rm -rf runs/site
	@$(BIN)/python -m tools.website runs/site
	@echo "The website: runs/site/index.html"

bench: $(READY)
	@$(BIN)/python -m benchmarks.speed $(ARGS)

fuzz: $(READY)
	@$(BIN)/python -m fuzz $(ARGS)

COMPILE := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
  --no-emit-index-url --custom-compile-command "make lock"

lock:
	@$(need_uv)
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra site -c requirements.txt -o requirements-site.txt
	$(COMPILE) --extra dev --extra export -c requirements.txt -c requirements-site.txt \
	  -o requirements-dev.txt

clean:
	rm -rf $(VENV) $(LOWEST) runs
