# The book and its package, from a bare clone:
#
#   make book    sets up .venv, runs every notebook, builds the book
#   make test    sets up .venv, then checks everything
#
# make book SOLUTIONS=0 builds the book for a course, without the exercises' solutions.
# make book LITE=0 leaves JupyterLite out, in which a chapter runs on the site itself.
# make book PYODIDE=FOLDER lets the site hold the Python that JupyterLite needs, from an
# unpacked Pyodide distribution; else it comes from Pyodide's own address.
#
# Needs Python 3.11 or newer, and the network for the first run. To choose the
# interpreter: make book PYTHON=python3.12 (after `make distclean`, if .venv exists).

PYTHON ?= python3
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin

# Without solutions, all is made from a copy of the book, in a folder of its own.
SOLUTIONS ?= 1
ifeq ($(SOLUTIONS),0)
ROOM := _build/without-solutions
SOURCE := $(ROOM)/book
else
ROOM := .
SOURCE := book
endif
BUILD := $(patsubst ./%,%,$(ROOM)/_build)
HTML := $(BUILD)/html

# JupyterLite, and the Pyodide that it gets from the site itself.
LITE ?= 1
PYODIDE ?=
LITE_FOLDER := _build/lite
WHEEL_FOLDER := _build/wheel
PDF := $(BUILD)/how-neural-networks-learn.pdf
ifneq ($(LITE),0)
export BOOK_LITE := 1
LITE_STAMP := $(LITE_FOLDER)/.stamp
endif

# `make -j` would build the book and test it at the same time.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: FORCE book pdf test lint types portable notebooks-pass serve notebooks experiments lab bench bench-site bench-explorers mutants clean distclean

# What the chapters import: not the command line, nor the grading of assignments.
CODE := $(shell find nnbook \( -path nnbook/cli -o -path nnbook/course \) -prune \
    -o \( -name '*.py' -o -path 'nnbook/data/*' \) -type f -print)
SITE := _config.yml book/_toc.yml $(wildcard tools/book_*.py) tools/katex_assets.py \
    tools/without_solutions.py \
    $(shell find book/_templates tools/npm -name '*.html' -o -name '*.json')
PAGES := CHANGELOG.md $(wildcard nnbook/explore/explore.*s) \
    $(shell find book -path '*/.*' -prune -o -type f -print)

book: $(BUILD)/.copies
	@echo "The book is built. Open this file in a browser:"
	@echo "    $(CURDIR)/$(HTML)/index.html"

# ---- the environment --------------------------------------------------------

$(VENV)/.stamp: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "error: no command '$(PYTHON)'. \
	Install Python 3.11 or newer, or name one: make book PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	"error: $(PYTHON) is $$($(PYTHON) --version 2>&1), but Python 3.11 or newer is needed. \
	Name another: make book PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) comes \
	without the venv module. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@[ -x $(BIN)/python ] || echo "Setting up $(VENV); this takes a minute, once."
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	    --no-build-isolation --no-deps --editable .
	@touch $@

# ---- the book ---------------------------------------------------------------

# The cache of outputs knows the notebooks but not the package they import: what a
# notebook prints may change when the code does.
$(BUILD)/.code: requirements.txt $(CODE) tools/ipython_kernel_config.py | $(VENV)/.stamp
	@rm -rf $(BUILD)/.jupyter_cache
	@mkdir -p $(BUILD)
	@touch $@

# Sphinx does not notice a change in the site's own extension, and leaves the pages
# of removed chapters lying about.
$(BUILD)/.site: $(BUILD)/.code $(SITE)
	@rm -rf $(BUILD)/.doctrees $(BUILD)/jupyter_execute $(HTML)
	@touch $@

# After a failure the doctrees go, because a second run would read from them and
# not repeat the warnings of the first.
$(BUILD)/.book: $(BUILD)/.site $(BUILD)/.choice $(PAGES)
	@[ $(SOURCE) = book ] || $(BIN)/python tools/without_solutions.py $(SOURCE)
	@echo "Running the notebooks and building the pages; a minute, if all are new."
	$(BIN)/jupyter-book build $(SOURCE) --config _config.yml --path-output $(ROOM) \
	    -W --keep-going --quiet >/dev/null || { rm -rf $(BUILD)/.doctrees; exit 1; }
	@[ -s $(HTML)/index.html ] || { echo \
	"error: the build ended without writing $(HTML)/index.html" >&2; exit 1; }
	@touch $@

# ---- running the chapters elsewhere -----------------------------------------

# Written only when it changes, so that what depends on it is made again then only.
$(BUILD)/.choice: FORCE
	@mkdir -p $(@D)
	@echo "JupyterLite: $(BOOK_LITE)" | cmp -s - $@ || echo "JupyterLite: $(BOOK_LITE)" >$@

_build/.pyodide: FORCE
	@mkdir -p $(@D)
	@echo "$(PYODIDE)" | cmp -s - $@ || echo "$(PYODIDE)" >$@

$(WHEEL_FOLDER)/.stamp: pyproject.toml README.md LICENSE LICENSE-text \
    $(shell find nnbook -name __pycache__ -prune -o -type f -print) | $(VENV)/.stamp
	@rm -rf $(@D)
	$(BIN)/python -m build --wheel --no-isolation --outdir $(@D) . >/dev/null
	@touch $@

$(LITE_FOLDER)/.stamp: $(WHEEL_FOLDER)/.stamp _build/.pyodide requirements.txt \
    $(wildcard tools/lite_*) tools/npm_package.py
	@echo "Putting JupyterLite together."
	$(BIN)/python tools/lite_program.py --wheel $(WHEEL_FOLDER) --target $(@D) \
	    $(if $(PYODIDE),--pyodide "$(PYODIDE)")
	@touch $@

$(BUILD)/.copies: $(BUILD)/.book $(WHEEL_FOLDER)/.stamp $(LITE_STAMP) \
    tools/site_copies.py tools/notebook_copies.py tools/plain_markdown.py
	$(BIN)/python tools/site_copies.py --source $(SOURCE) --pages $(HTML) \
	    --facts $(BUILD)/.doctrees/facts.json \
	    --wheel $(WHEEL_FOLDER) $(if $(LITE_STAMP),--lite $(LITE_FOLDER)) \
	    $$([ ! $(PDF) -nt $(BUILD)/.book ] || echo --pdf $(PDF))
	@touch $@

# The whole book as one PDF, printed by Chromium; then the site links it, until the
# pages are built again.
pdf: $(PDF)
	@$(MAKE) --no-print-directory book
	@echo "The PDF is this file:"
	@echo "    $(CURDIR)/$(PDF)"

$(PDF): $(BUILD)/.book tools/site_pdf.py
	@echo "Printing the book; two minutes at most."
	$(BIN)/python tools/site_pdf.py --source $(SOURCE) --pages $(HTML) --target $@
	@rm -f $(BUILD)/.copies

serve: book
	$(BIN)/python -m http.server --directory $(HTML) --bind 127.0.0.1 $(PORT)

# Run every notebook and write it back in the form in which it is committed.
notebooks: $(VENV)/.stamp
	$(BIN)/python tools/notebooks.py --execute

# The experiments at full size, stored in the package; minutes a chapter. One only:
# make experiments CHAPTER=07_overfitting
experiments: $(VENV)/.stamp
	$(BIN)/python tools/full_experiments.py $(CHAPTER)

lab: $(VENV)/.stamp
	$(BIN)/python -m pip install --disable-pip-version-check --quiet jupyterlab==4.6.6
	$(BIN)/jupyter lab --notebook-dir book

# PyTorch and JAX are large: the benchmarks have an environment of their own.
$(VENV)-bench/.stamp: benchmarks/requirements.txt pyproject.toml $(VENV)/.stamp
	$(BIN)/python -m venv $(@D)
	$(@D)/bin/python -m pip install --disable-pip-version-check --quiet \
	    -r benchmarks/requirements.txt
	$(@D)/bin/python -m pip install --disable-pip-version-check --quiet \
	    --no-deps --editable .
	@touch $@

bench: $(VENV)-bench/.stamp
	$(VENV)-bench/bin/python benchmarks

# What the reader's phone and the writer's patience would say; ten minutes.
bench-site: book
	$(BIN)/python tools/bench_site.py

bench-explorers: book
	$(BIN)/python tools/bench_explorers.py

# ---- checks -----------------------------------------------------------------

lint: $(VENV)/.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.stamp
	$(BIN)/mypy

# pytest comes last, so that its closing line is the last line printed.
# A file's tests stay together: they share what they build, and a notebook its kernel.
# The cores are taken: threads for matrix products would wait for each other.
test: lint types book
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile \
	    --nbval nnbook tests book

# The notebooks print the same on the oldest processors, with one thread or two, and
# on another Python, if it is there. `make test` has them on this one as it is.
OTHER ?= python3.13
NBVAL := -m pytest -q --nbval book -p no:cacheprovider
OLDEST := OPENBLAS_CORETYPE=Prescott \
    NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

portable: $(VENV)/.stamp
	OPENBLAS_NUM_THREADS=1 $(OLDEST) $(BIN)/python $(NBVAL)
	OPENBLAS_NUM_THREADS=2 $(BIN)/python $(NBVAL)
	@if $(OTHER) -c "" 2>/dev/null; then \
	    $(MAKE) notebooks-pass VENV=.venv-other PYTHON=$(OTHER); \
	else echo "$(OTHER) is not here: skipped"; fi

notebooks-pass: $(VENV)/.stamp
	$(BIN)/python $(NBVAL)

# Small changes in the mathematics, each of which a test must notice; minutes. One
# module: make mutants MODULES=probabilities. The tester is put beside .venv, not into it.
$(VENV)-mutants/.stamp: tools/mutants-requirements.txt $(VENV)/.stamp
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --upgrade \
	    --no-deps --target $(@D) -r tools/mutants-requirements.txt
	@touch $@

mutants: $(VENV)-mutants/.stamp
	PYTHONPATH=$(VENV)-mutants nice $(BIN)/python tools/mutants.py $(MODULES)

clean:
	rm -rf _build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV) $(VENV)-bench $(VENV)-mutants $(VENV)-nbgrader .venv-other
