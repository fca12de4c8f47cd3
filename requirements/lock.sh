#!/bin/sh
# Writes the locks from the .in files. They name no index and no path of this machine; a test guards that.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  .venv/bin/python -m pip install --quiet uv
  uv=.venv/bin/uv
fi
compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links "$@"
}
compile "$@" requirements/dev.in --output-file requirements/dev.txt
compile --constraints requirements/dev.txt requirements/run.in --output-file requirements/run.txt
compile --constraints requirements/dev.txt requirements/base.in --output-file requirements/base.txt
