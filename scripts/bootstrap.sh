#!/bin/sh
# Installs what the checkout needs, once: Node and all packages from the npm registry, and tap without its TypeScript plugin
# (Node strips the types itself). Called first by every npm script that a person or CI starts.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.bootstrapped
wanted=$(cat package-lock.json .taprc | cksum)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  echo 'installing the packages of package-lock.json' >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  PATH="$PWD/node_modules/.bin:$PATH" tap build >/dev/null
  echo "$wanted" >"$stamp"
fi
