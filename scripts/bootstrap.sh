#!/bin/sh
# Installs what the checkout needs, once: Node and all packages from the npm registry, and tap without its TypeScript plugin
# (Node strips the types itself). Called first by every npm script that a person or CI starts.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.bootstrapped
wanted=$(cat package-lock.json .taprc | cksum)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  echo 'installing the packages of package-lock.json' >&2
  # Not `npm ci`: it refuses a lock file that was made behind a registry without other platforms' optional packages. The
  # versions and digests are the lock file's all the same, and --no-save leaves it alone.
  npm install --no-save --no-audit --no-fund --loglevel=error >&2
  PATH="$PWD/node_modules/.bin:$PATH" tap build >/dev/null
  echo "$wanted" >"$stamp"
fi
