# make demo       set everything up and play the draft's figures (the main job)
# make lab-demo   the draft's figures with real packets, in network namespaces (as root)
# make test       set everything up and run the tests (root-only tests too, when root)
# make test-wireshark  the dissector's tests with the Wireshark of Debian 13 (SUITE=sid: that of unstable)
# make fuzz       20,000 messages that are wrong through our own decoder and Wireshark, 5,000 to the reference LMA,
#                 and 2,000 damaged captures through Wireshark (SEED=7)
# make bench      the benchmarks, as ratios of one run
# make check      ruff, mypy, import-linter
# make regenerate what is generated and checked in: lua/pmip6.lua, wire/values.pyi, pcaps/
# make clean      remove .venv and what tools leave behind
#
# PYTHON=/path/to/python3 chooses the interpreter; ARGS=... is handed to the command (make test ARGS=tests/wire).

BIN := .venv/bin
STAMP := .venv/.set-up
ARGS ?=
# Many tests wait for networks and timers, and leave their core to others meanwhile.
JOBS ?= $(shell expr 2 \* $$(nproc 2>/dev/null || echo 1))
SUITE ?= trixie
SEED ?= 1

.PHONY: all demo lab-demo test test-wireshark fuzz bench check regenerate clean set-up system

all: test

set-up: $(STAMP)

system:
	@.ci/set-up --check

$(STAMP): pyproject.toml .ci/set-up | system
	@.ci/set-up

demo: $(STAMP) | system
	@$(BIN)/python -m pmiptool demo $(ARGS)

lab-demo: $(STAMP) | system
	@$(BIN)/python -m pmiptool lab run $(ARGS)

# The tests start Python hundreds of times; what it has compiled is kept for the next, also where others keep nothing.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(STAMP) | system
	@.ci/set-up --tests
	$(BIN)/python -m pytest -q -m "not bench" -n $(JOBS) --dist loadfile $(ARGS)

test-wireshark: $(STAMP) | system
	@SUITE=$(SUITE) ARGS="$(ARGS)" .ci/test-wireshark

fuzz: $(STAMP) | system
	$(BIN)/python -m pmiptool fuzz --against decoder --count 20000 --seed $(SEED) $(ARGS)
	$(BIN)/python -m pmiptool fuzz --against wireshark --count 20000 --seed $(SEED) $(ARGS)
	$(BIN)/python -m pmiptool fuzz --target embedded --count 5000 --seed $(SEED) $(ARGS)
	$(BIN)/python -m tests.dissector.damage --count 2000 --seed $(SEED)
	$(BIN)/python -m tests.dissector.agree --worlds 2000 --seed $(SEED)

bench: $(STAMP) | system
	@.ci/set-up --bench
	$(BIN)/python -m pytest -q -s -m bench tests/bench $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check pmiptool tests
	$(BIN)/ruff format --check pmiptool tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

regenerate: $(STAMP) | system
	$(BIN)/python -m pmiptool.wire.stubs
	$(BIN)/python -m pmiptool dissector generate -o lua/pmip6.lua
	$(BIN)/python -m tests.golden

clean:
	rm -rf .venv .cache build dist pmiptool-demo *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find pmiptool tests -name __pycache__ -type d -prune -exec rm -rf {} +
