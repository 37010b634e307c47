# `make study` and `make test` need only Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

export NO_MKDOCS_2_WARNING := 1

.PHONY: study test check site editor tensorflow outputs pictures bench bench-site \
    bench-grade bench-amp elements captures site-report zensical mutants clean

study: $(INSTALLED) editor
	@echo "The study site comes up on http://127.0.0.1:8000"
	$(BIN)/backprep serve

# in the browser's tests one writes in the editor
test: $(INSTALLED) editor
	$(BIN)/pytest -n 2 --dist loadgroup -rfEs

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# not with --quiet, which would hide the warnings that --strict counts
site: $(INSTALLED) editor
	$(BIN)/mkdocs build --strict

# the editor in the page, where Node is there
editor: $(INSTALLED)
	$(BIN)/python -m backprep.site.editor

# Lighthouse, accessibility and bytes, in Chromium
site-report: $(INSTALLED)
	$(BIN)/python benchmarks/site_report.py

# the same pages in the engine that comes after MkDocs; may fail
zensical: $(INSTALLED)
	test -x build/zensical-venv/bin/zensical || $(PYTHON) -m venv build/zensical-venv
	build/zensical-venv/bin/pip install --quiet zensical==0.0.73 'latex2mathml>=3.81,<4'
	$(BIN)/python -m backprep.site.stage
	cd build && PYTHONPATH=.. zensical-venv/bin/zensical build -f zensical.yml

# the site's scripts: their types, and their logic in node
elements:
	cd tests/site && npm ci --silent && npx tsc && npm test --silent

# the comparison's other side, 1.6 GB
tensorflow: $(INSTALLED)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[tensorflow]"

# what the examples on the pages and TensorFlow's code in prompts print, what near
# misses are told, and the calls that solutions make
outputs: $(INSTALLED)
	$(BIN)/python -m backprep.evidence.outputs
	$(BIN)/python -m backprep.evidence.record_printed
	$(BIN)/python -m backprep.evidence.record_near_misses
	$(BIN)/python -m backprep.evidence.record_calls

bench: site
	$(BIN)/python benchmarks/verdict.py
	$(BIN)/python benchmarks/practice.py
	$(BIN)/python benchmarks/page_verdict.py

# minutes: the site of a bank of 50, 500 and 2,000 questions
bench-site: $(INSTALLED)
	$(BIN)/python benchmarks/site.py

# minutes: a made-up cohort, graded one way and another
bench-grade: $(INSTALLED)
	$(BIN)/python benchmarks/grade.py

# what mixed precision saves on this machine; the device's name names the result
bench-amp: $(INSTALLED)
	mkdir -p build
	$(BIN)/pytest benchmarks/amp -rs --benchmark-json=build/amp.json
	$(BIN)/python -m backprep.bench build/amp.json docs/data/amp

pictures: $(INSTALLED)
	$(BIN)/python -m backprep.site.pictures

mutants: $(INSTALLED)
	$(BIN)/python tests/mutants.py

# the pictures of the practice guide, and what guides show, anew
captures: $(INSTALLED)
	$(BIN)/python -m backprep.captures.screen docs/assets/captures
	$(BIN)/python -m backprep.captures.guide
	$(BIN)/python -m backprep.captures.notebook

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# torch first and by its version: left to itself, pip takes the newest build
# with several gigabytes of CUDA
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "backprep needs Python 3.11 or newer; set PYTHON=python3.12, say")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet --constraint constraints.txt torch numpy
	$(BIN)/pip install --quiet --constraint constraints.txt --group dev --editable ".[site]"
	touch $(INSTALLED)
