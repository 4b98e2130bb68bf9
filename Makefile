# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What people type. Each target does all that it needs, on a fresh Debian 12 as well.
#
#   make demo          analyse a small server and show the findings
#   make build         the programs and the clang-tidy plugin, in build/
#   make test          the tests and the examples as well, and all tests once
#   make test-all      these, and what is heavy: the HTML report in Chromium, a validator of SARIF,
#                      clangd; needs npm's registry once
#   make test-sanitize the analyser's own again, under the sanitizers
#   make test-runtime  the runtime's tests, under each compiler and sanitizer, and its models
#   make test-bazel    the rules for Bazel, with Debian's Bazel and a cache by nginx (takes minutes)
#   make bench [DB=F]  what extraction costs beside clang -fsyntax-only, over a compile database
#   make bench-runtime the runtime beside its peers, and whether it is as fast as it has to be
#   make format        clang-format over Belay's sources; format-check only looks
#   make deps          install what is missing
#
# What the program is built with and what the demo analyses; the other packages are for the tests.
build_packages := clang-22 libclang-22-dev llvm-22-dev llvm-22-tools cmake ninja-build python3 \
                  libsqlite3-dev libzstd-dev libgtest-dev libcpp-httplib-dev git dpkg-dev file
packages := $(build_packages) clang-tidy-22 clang-format-22 libclang-rt-22-dev g++ libgmock-dev \
            libpoco-dev libboost-dev libboost-thread-dev libasio-dev libabsl-dev libtbb-dev \
            libmicrohttpd-dev libcivetweb-dev libevent-dev libfcgi-dev libcpprest-dev libthrift-dev \
            libgrpc++-dev libprotobuf-dev librestinio-dev libpistache-dev qt6-base-dev \
            qt6-httpserver-dev libssl-dev libbenchmark-dev golang-go golang-golang-x-time-dev \
            googletest libc++-22-dev libc++abi-22-dev wrk relacy-dev \
            python3-jsonschema python3-yaml shellcheck \
            clang-tidy-19 libclang-19-dev llvm-19-dev pre-commit vim vim-ale neovim
bazel_packages := bazel-bootstrap bazel-bootstrap-source bazel-platforms bazel-rules-java \
                  bazel-rules-proto nginx-light
sources := facts checks tool test/unit runtime test/runtime bench
runtimes := clang-thread clang-address clang-libcxx gcc-thread gcc-address relacy
example := examples/chat-httplib

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.PHONY: deps build-deps build demo test test-all test-sanitize test-runtime test-bazel bench bench-runtime format format-check clean

say := printf 'belay: %s\n'

# Configures $(1), the folder of the preset $(2), unless it is, and builds the target $(3); the
# presets are those of $(4), or this folder's. What cmake says is shown only if it fails; ninja shows its progress to people and failures to all.
define make_build
if ! test -e $(1)/build.ninja; then
  $(say) "configuring $(1)/"
  log=$$(mktemp)
  (cd $(or $(4),.) && cmake --preset $(2)) >$$log 2>&1 || { cat $$log; exit 1; }
  rm $$log
  files=$$(ninja -C $(1) -t commands $(3) | grep -c -e ' -c ' || true)
  $(say) "building $(1)/ ($$files files)"
fi
(cd $(1) && NINJA_STATUS='  [%f/%t] ' ninja $$(test -t 1 || echo --quiet) $(3))
endef

# Installs those of the packages $(1) that are missing.
define install
if ! command -v dpkg-query >/dev/null; then
  $(say) 'this is not Debian, so please see to it that there are: $(1)'
  exit
fi
missing=
for package in $(1); do
  state=$$(dpkg-query -Wf '$${db:Status-Status}' $$package 2>/dev/null || true)
  [[ $$state == installed* ]] || missing+=" $$package"
done
test -n "$$missing" || exit 0
$(say) "installing$$missing"
log=$$(mktemp)
sudo=$$(test $$(id -u) = 0 || echo sudo)
$$sudo apt-get update >$$log 2>&1 || true # one broken source need not matter
if [[ $$(LC_ALL=C apt-cache policy clang-22) != *'Candidate: '[0-9]* ]]; then
  cat $$log
  $(say) 'apt has no clang-22: enable the security archive of Debian 12 (bookworm-security), then try again'
  exit 1
fi
$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  $$missing >>$$log 2>&1 || { cat $$log; exit 1; }
rm $$log
rm -f build*/build.ninja build-runtime/*/build.ninja # what is there now has to be looked for again
endef

deps:
	$(call install,$(packages))

build-deps:
	$(call install,$(build_packages))

build: build-deps
	$(call make_build,build,release,programs)

demo: build-deps
	$(call make_build,build,release,belay)
	$(say) 'analysing $(example)/busy, a chat service as a busy team would write it'
	echo
	status=0
	build/bin/belay check -p build --min-level=note $(example)/busy/*.cpp || status=$$?
	echo
	test $$status = 1 || { $(say) "exit status $$status, not the expected 1"; exit 1; }
	$(say) 'exit status 1, as expected: there are findings. The same service without the mistakes:'
	$(say) '  build/bin/belay check -p build --min-level=note $(example)/fixed/*.cpp'

test: deps
	$(call make_build,build,release,all)
	ctest --test-dir build --output-on-failure
	$(MAKE) --no-print-directory test-runtime runtimes='gcc-address relacy'

# Where node comes with an npm of its own, Debian's would take its place.
test-all: packages += chromium nodejs $(if $(shell command -v npm),,npm)
test-all: test
	test/html/run.sh
	python3 test/sarif/validate.py build/bin/belay build/sarif
	$(call make_build,build,release,belay-clangd)
	python3 test/clangd/run.py build/bin/belay-clangd build/clangd

test-sanitize: deps
	$(call make_build,build-sanitize,sanitize,all)
	ctest --test-dir build-sanitize --output-on-failure

test-runtime: deps
	for preset in $(runtimes); do
	  $(call make_build,build-runtime/$$preset,$$preset,all,test/runtime)
	  ctest --test-dir build-runtime/$$preset --output-on-failure
	done
	# Not how fast it is, which would depend on what else the machine does: that it still measures.
	$(call make_build,build-runtime/speed,speed,all,bench/runtime)
	python3 bench/runtime/speed.py --rounds=2 --only=bytes build-runtime/speed

# A target of its own, as Bazel is large and starts slowly.
test-bazel: packages += $(bazel_packages)
test-bazel: deps
	$(call make_build,build,release,belay)
	python3 test/bazel/run.py build/bin/belay

# BS_THREAD_POOL_DIR is the folder of BS_thread_pool.hpp, which is measured as well then.
bench-runtime: deps
	$(call make_build,build-runtime/speed,speed,all,bench/runtime)
	python3 bench/runtime/speed.py build-runtime/speed

bench: deps
	$(call make_build,build,release,all)
	python3 bench/extraction.py --belay=build/bin/belay $(or $(DB),build/compile_commands.json)

format: deps
	find $(sources) -name '*.h' -o -name '*.cpp' | xargs clang-format-22 -i

format-check: deps
	find $(sources) -name '*.h' -o -name '*.cpp' | xargs clang-format-22 --dry-run --Werror

clean:
	rm -rf build build-sanitize build-runtime
