#!/bin/sh
# Pins every dependency, for every platform, with hashes:
#   requirements-dev.lock    all that a checkout needs: the bot, its tests and tools
#   requirements.lock        what the bot needs to run, in the same versions
#   requirements-build.lock  what makes a wheel of it, in the same versions
# Versions move only with "scripts/lock.sh --upgrade" or "--upgrade-package NAME".
set -eu
pin() {
    "${UV:-.venv/bin/uv}" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate "$@"
}
pin "$@" pyproject.toml --group dev --output-file requirements-dev.lock
pin pyproject.toml --constraint requirements-dev.lock --output-file requirements.lock
pin --group build --constraint requirements-dev.lock --output-file requirements-build.lock
