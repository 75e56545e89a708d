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
# folds, labels text, and teaches the n-gram models. About four hours on two cores. A step that is complete is left
# alone, one that was cut off goes on.
STEP := $(BIN)/python -m rhetoric.training
OPINION := newssd_eng mpqa_1_2 babe
OPEN := newssd_eng own
train: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(STEP).vocabulary
	$(STEP).punkt
	for k in 0 1 2 3 4; do \
	  $(STEP).teacher --data $(DATA) --fold $$k --output build/teacher/fold-$$k --threads 2 && \
	  $(STEP).labels --data $(DATA) --fold $$k --teacher build/teacher/fold-$$k --output build/labels && \
	  $(STEP).word_labels --data $(DATA) --fold $$k --teacher build/teacher/fold-$$k --output build/word-labels && \
	  $(STEP).teacher --data $(DATA) --only $(OPEN) --epochs 6 --fold $$k --output build/permissive/fold-$$k && \
	  $(STEP).labels --data $(DATA) --fold $$k --teacher build/permissive/fold-$$k --only $(OPEN) articles_masc \
	    --output build/permissive || exit 1; \
	done
	for s in $(OPINION); do \
	  $(STEP).teacher --data $(DATA) --without $$s --only $(OPINION) own news_vs_opinion_allsides anno_lexical \
	    --output build/teacher/without-$$s --threads 2 && \
	  $(STEP).labels --data $(DATA) --without $$s --teacher build/teacher/without-$$s --output build/labels || exit 1; \
	done
	$(STEP).article_labels --data $(DATA) --teachers build/teacher --output build/labels
	$(STEP).students --data $(DATA) --labels build/labels
	$(STEP).students --data $(DATA) --labels build/permissive --permissive
	$(STEP).words --data $(DATA) --labels build/word-labels
	$(STEP).accurate --data $(DATA) --teachers build/teacher --labels build/labels --words build/word-labels
	$(STEP).cards

# Beside TextBlob, VADER, spaCy, NELA and scikit-learn; on the corpora in DATA.
benchmark: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[parquet,benchmarks]' spacy nela_features
	$(BIN)/python benchmarks/speed.py --corpora $(DATA)
	$(BIN)/python benchmarks/segmentation.py --data $(DATA)
	$(BIN)/python benchmarks/attribution.py $(DATA)/polnear dev
	$(BIN)/python benchmarks/accuracy.py --data $(DATA)
	$(BIN)/python benchmarks/batch.py --data $(DATA) --scaling --write

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@# Spark is large and needs Java: without either, its test says that it was skipped.
	@if command -v java >/dev/null; then \
	  $(BIN)/python -m pip install --quiet --editable '.[spark]' || echo "No Spark here: its test is skipped."; \
	fi
	@touch $@

clean:
	rm -rf $(VENV) build
