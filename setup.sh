#!/bin/sh
# Makes .venv with everything that requirements.lock names. Run again after an interruption: it goes on.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "$*" >&2; }
fail() { say "setup: $*"; exit 1; }

find_python() {
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$name"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "none")
    fail "Python 3.11 or newer is needed (found: $found).
       Debian, Ubuntu: sudo apt install python3.12 python3.12-venv    macOS: brew install python@3.12
       or name one you have: make setup PYTHON=/path/to/python3.12"
fi

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
    fail "Python $version has no venv module.
       Debian, Ubuntu: sudo apt install python$version-venv    Fedora: sudo dnf install python3-libs"

free=$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')
[ -x .venv/bin/pip ] || [ "$free" -ge 1500 ] ||
    fail "1.5 GB of free disk space is needed here, $free MB are free."

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 ||
    ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "setup: making .venv with Python $version"
    rm -rf .venv
    "$python" -m venv .venv || { rm -rf .venv; fail "python -m venv failed; its message is above."; }
fi

say "setup: installing the packages of requirements.lock (about 1 GB; once)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar on -r requirements.lock ||
    fail "pip could not install the packages; its message is above. Is a package index reachable? Then: make setup"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ||
    fail "pip could not install this project; its message is above."
# Compiled once here, so that no start compiles them again (some images set PYTHONDONTWRITEBYTECODE).
.venv/bin/python -m compileall -q helpers || fail "the project's own code could not be compiled; see above."
touch .venv/.ready
say "setup: done. The command is .venv/bin/lab"
