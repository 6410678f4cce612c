#!/bin/sh
# The page tests drive the system's Chromium. Installs it where a package manager may be used
# without asking (root); says how where not.
set -u
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0

has() { command -v "$1" >/dev/null 2>&1; }
apt_install() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends chromium fonts-noto-color-emoji >/dev/null
}

hint="install Chromium or Google Chrome"
if has apt-get; then
    install=apt_install hint="sudo apt-get install chromium"
elif has dnf; then
    install="dnf install -y -q chromium" hint="sudo dnf install chromium"
elif has apk; then
    install="apk add -q chromium" hint="sudo apk add chromium"
elif has brew; then
    hint="brew install --cask google-chrome"
fi
if [ "$(id -u)" = 0 ] && [ -n "${install:-}" ]; then
    echo "Installing Chromium for the page tests…"
    $install </dev/null && exit 0
fi
if [ -n "${CI:-}" ]; then
    echo "No Chromium on this machine and it could not be installed: the page tests cannot run." >&2
    exit 1
fi
echo "No Chromium here, so the page tests will be skipped. To run them: $hint."
