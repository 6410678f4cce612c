#!/bin/sh
# Pins every dependency, for every platform, with hashes.
set -eu
{ echo "hatchling>=1.27"; echo "editables>=0.5"; } > .lock-extra.in
trap 'rm -f .lock-extra.in' EXIT
${UV:-.venv/bin/uv} pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate --group dev pyproject.toml .lock-extra.in \
    -o requirements.lock
