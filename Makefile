# make demo: a demo factory in the browser.  make test: everything, browser tests too.
# Both set up what they need: a virtual environment, the pinned packages, the front end, Chromium for the tests.

PYTHON ?= python3
PORT ?= 8000
DATA ?=
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml hatch_build.py constraints.txt $(wildcard frontend/*.json frontend/src/*) $(wildcard maskqms/locale/*/*.po)

# Many tests run the program as a process; each would compile it anew where Python is told to keep no bytecode.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test serve check format browser clean

demo: $(VENV)/.ready
	$(BIN)/maskqms demo --port $(PORT) $(if $(DATA),--data $(DATA))

test: $(VENV)/.ready-dev browser check
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder --durations=10

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python $(SOURCES)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt "pip>=25.1"
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --group dev
	touch $@

# Chromium walks the pages in the tests; without one, Debian's is installed where we may, else it is named.
browser:
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
	    command -v $$name >/dev/null && exit 0; done; \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    { apt-get install -y -qq chromium-headless-shell fonts-noto-cjk || apt-get install -y -qq chromium fonts-noto-cjk; }; } || \
	  { echo "The browser tests need Chromium and a Chinese font: apt-get install chromium fonts-noto-cjk" >&2; exit 1; }

clean:
	rm -rf $(VENV) build dist maskqms/web/static
