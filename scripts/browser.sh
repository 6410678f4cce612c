#!/bin/sh
# The page tests drive the system's Chromium. Installs it where a package manager can, says so where not.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the page tests…"
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-noto-color-emoji >/dev/null; then
        exit 0
    fi
fi
if [ -n "${CI:-}" ]; then
    echo "No Chromium on this machine and it could not be installed: the page tests cannot run." >&2
    exit 1
fi
echo "No Chromium here: the page tests will be skipped. Install chromium to run them."
