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
rm -rf $pages/client
mkdir $pages/client
cp test/html/package.json test/html/package-lock.json test/html/test.mjs $pages/client
npm --prefix $pages/client ci --ignore-scripts --no-audit --no-fund --silent
node $pages/client/test.mjs $pages/busy.html $pages/fixed.html $pages
