#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# run.sh: the HTML report of the example in headless Chromium (test.mjs). Screenshots are left in
# build/html. Needs npm's registry once, for the browser's client.
#
set -euo pipefail
cd "$(dirname "$0")/../.."
pages=build/html
mkdir -p $pages
for kind in busy fixed; do
  status=0
  build/bin/belay check -p build --min-level=note --no-cache --format=html -o $pages/$kind.html \
    examples/chat-httplib/$kind/*.cpp || status=$?
  test $status -le 1
done
client=$pages/client
mkdir -p $client
# npm writes the hidden one when it has installed everything.
if ! cmp -s test/html/package-lock.json $client/package-lock.json ||
   ! test -e $client/node_modules/.package-lock.json; then
  cp test/html/package.json test/html/package-lock.json $client
  npm --prefix $client ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error || {
    echo 'run.sh: the client of the browser was not installed, so nothing is tested' >&2
    exit 1
  }
fi
cp test/html/test.mjs $client
node $client/test.mjs $pages/busy.html $pages/fixed.html $pages
