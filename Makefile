# Two commands do all the set-up: `make demo` runs the main job, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARTICLE := datasets/articles/harbour_bridge.txt
DATA ?= $(or $(RHETORIC_DATA),../shared/data)
COMMENTS := datasets/articles/harbour_bridge_comments.txt

.PHONY: demo test check lint train benchmark clean

demo: $(VENV)/installed
	$(BIN)/rhetoric analyze $(ARTICLE) --comments $(COMMENTS)
	@mkdir -p build
	@$(BIN)/rhetoric analyze $(ARTICLE) --comments $(COMMENTS) --output build/harbour_bridge.html
	@echo "HTML report: build/harbour_bridge.html"

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

# Everything that is made from the corpora in RHETORIC_DATA (default: ../shared/data).
train: $(VENV)/installed-dev
	$(BIN)/python -m rhetoric.training.vocabulary
	$(BIN)/python -m rhetoric.training.punkt
	$(BIN)/python -m rhetoric.training.opinion

# Beside TextBlob, VADER and scikit-learn; on the corpora in DATA.
benchmark: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[benchmarks]'
	$(BIN)/python benchmarks/speed.py --corpora $(DATA)
	$(BIN)/python benchmarks/segmentation.py --data $(DATA)
	$(BIN)/python benchmarks/attribution.py $(DATA)/polnear dev

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build
