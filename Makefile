# vecscope: `make run` opens the explorer, `make test` runs every test, `make check` is what CI runs.

PREFIX ?= /usr/local
# Options for the explorer: make run ARGS='--corpus notes.txt'
ARGS ?=
DEFAULT_MODEL := all-MiniLM-L6-v2
SWIFT_FLAGS := --explicit-target-dependency-import-check error
RELEASE := .build/release/vecscope
SANITIZED := JSONTextTests|CheckpointsTests|CorporaTests|KernelsTests|TokenizationTests|EncodersTests

.PHONY: run test check build release format lint bench peers record install setup-run setup-test

run: setup-run release
	@$(RELEASE) models --quiet $(DEFAULT_MODEL) 2>/dev/null || $(RELEASE) pull $(DEFAULT_MODEL) || \
	  echo "The explorer opens without a model and says what to do." >&2
	@exec $(RELEASE) $(ARGS)

test: setup-test
	swift test $(SWIFT_FLAGS)

check: setup-test
	.ci/layout.sh
	.ci/size.sh
	$(MAKE) --no-print-directory lint
	swift build $(SWIFT_FLAGS) --build-tests
	swift test $(SWIFT_FLAGS) --skip-build
	swift build $(SWIFT_FLAGS) -c release
	$(RELEASE) themes check Themes/*.toml
	.ci/sanitize.sh '$(SANITIZED)'

build: setup-run
	swift build $(SWIFT_FLAGS)

release: setup-run
	@swift build $(SWIFT_FLAGS) -c release --product vecscope

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

# This machine's figures: BENCH_ARGS='--input notes.txt --precision int8' goes to the first of them.
bench: release
	@$(RELEASE) models --quiet $(DEFAULT_MODEL) >/dev/null 2>&1 || $(RELEASE) pull $(DEFAULT_MODEL)
	$(RELEASE) bench encode $(BENCH_ARGS)
	$(RELEASE) bench search --rows 1000000
	$(RELEASE) bench keys

# What a user would pick instead, measured beside vecscope; its Python libraries go to PEERS_VENV, once.
PEERS_VENV = $(or $(VECSCOPE_PEERS_VENV),$(HOME)/.cache/vecscope-peers/venv)
peers: release
	@Tests/Peers/setup.sh '$(PEERS_VENV)'
	'$(PEERS_VENV)/bin/python' -B Tests/Peers/compare.py --vecscope $(RELEASE) $(PEERS_ARGS)

# Records frame snapshots anew; the run fails, so that recorded frames are read before they are kept.
record: setup-test
	VECSCOPE_RECORD=1 swift test $(SWIFT_FLAGS)

install: release
	.ci/install.sh $(RELEASE) '$(DESTDIR)$(PREFIX)'

setup-run:
	@.ci/setup.sh run

setup-test:
	@.ci/setup.sh test
