#!/bin/sh
# The browser tests drive Debian's Chromium. Get it when we may, else say exactly what is missing.
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian's Chromium for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk && exit 0
fi
echo "Chromium is missing: the browser tests need it. Install it with: sudo apt-get install chromium fonts-noto-cjk" >&2
exit 1
