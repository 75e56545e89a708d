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

# Everything that is made from the corpora in RHETORIC_DATA (default: ../shared/data): a transformer is fine-tuned in five
# folds, labels text, and teaches the n-gram models. About two hours on two cores. A step that is complete is left
# alone, one that was cut off goes on.
train: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(BIN)/python -m rhetoric.training.vocabulary
	$(BIN)/python -m rhetoric.training.punkt
	for k in 0 1 2 3 4; do \
	  $(BIN)/python -m rhetoric.training.teacher --data $(DATA) --fold $$k --output build/teacher/fold-$$k --threads 2 && \
	  $(BIN)/python -m rhetoric.training.labels --data $(DATA) --fold $$k --teacher build/teacher/fold-$$k --output build/labels || exit 1; \
	done
	$(BIN)/python -m rhetoric.training.students --data $(DATA) --labels build/labels
	$(BIN)/python -m rhetoric.training.cards

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
