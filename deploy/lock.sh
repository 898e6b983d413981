#!/usr/bin/env bash
# Renew the pinned installs from pyproject.toml (needs uv). Hashes instead of addresses: any index may serve them.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
    uv pip compile pyproject.toml deploy/build-requirements.in "${@:2}" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet -o "$1"
}
compile deploy/requirements.lock --extra test
compile deploy/requirements-worker.lock
