#!/bin/sh
# Makes .venv with what a learner needs (requirements.lock). Run again after an interruption: it goes on.
# `sh setup.sh test` adds the tools of tests, `sh setup.sh site` those of the site, and `sh setup.sh hub` JupyterHub.
set -eu
cd "$(dirname "$0")"
. setup/words.sh
. setup/machine.sh
. setup/packages.sh
. setup/wheelhouse.sh
begun=$(date +%s)

part=${1:-}
case "$part" in
    "") lock=requirements.lock ready=.venv/.ready ;;
    test | site | hub) lock=requirements-$part.lock ready=.venv/.ready-$part ;;
    *) fail "there is no part $part: sh setup.sh, sh setup.sh test, sh setup.sh site, sh setup.sh hub" \
        "$part 부분은 없습니다: sh setup.sh, sh setup.sh test, sh setup.sh site, sh setup.sh hub" ;;
esac

require_python
require_machine
require_room
look_at_ports
[ -n "$part" ] || use_wheelhouse

if [ -n "$part" ]; then
    [ -n "$(find .venv/.ready -newer requirements.lock 2>/dev/null)" ] || sh setup.sh
    say "installing the packages of $lock" "$lock 파일의 패키지를 설치하는 중"
    prepare_uv
    install "$lock" || fail "the packages could not be installed; the message is above. Then: sh setup.sh $part" \
        "패키지를 설치하지 못했습니다. 메시지는 위에 있습니다. 다시 실행하십시오: sh setup.sh $part"
    # Those who start a hub's servers may not write here: nothing is compiled later. A package's templates are no Python.
    [ "$part" != hub ] || .venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
    touch "$ready"
    exit
fi

# --- .venv ---

# Which Python made it; nothing where it does not work.
origin() { "$1" -c 'import sys; print(sys.version, sys.base_prefix)' 2>/dev/null || true; }

if [ -n "${PYTHON:-}" ] && good .venv/bin/python && [ "$(origin .venv/bin/python)" != "$(origin "$python")" ]; then
    say ".venv is of another Python than $PYTHON, and is made again" ".venv의 Python이 $PYTHON 프로그램과 달라 다시 만듭니다"
    if [ -x .venv/bin/lab ]; then
        .venv/bin/python -P -m labtools.workspace.at_work
        .venv/bin/lab down >&2
    fi
    rm -rf .venv
fi
if ! good .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "making .venv with Python $version" "Python ${version}으로 .venv를 만드는 중"
    rm -rf .venv
    "$python" -m venv .venv || { rm -rf .venv; fail "python -m venv failed; its message is above." "python -m venv가 실패했습니다. 메시지는 위에 있습니다."; }
fi

# --- packages ---

say "installing the packages of requirements.lock (about 1 GB; once)" "requirements.lock의 패키지를 설치하는 중 (1GB 정도, 한 번만)"
prepare_uv
install "$lock" ||
    fail "the packages could not be installed; the message is above. Is a package index reachable? Then: make setup" \
        "패키지를 설치하지 못했습니다. 메시지는 위에 있습니다. 패키지 저장소에 접속할 수 있는지 확인하고 다시 실행하십시오: make setup"
install_project || fail "this project itself could not be installed; the message is above." \
    "이 프로젝트를 설치하지 못했습니다. 메시지는 위에 있습니다."
# The way to it as seen from there: up to Python 3.12 a path with letters beyond ASCII stops every start under LC_ALL=C.
for file in .venv/lib/python*/site-packages/__editable__.ingress_lab-*.pth; do
    [ ! -e "$file" ] || printf '../../../../helpers\n' >"$file"
done
# Compiled once here, so that no start compiles them again (some images set PYTHONDONTWRITEBYTECODE).
.venv/bin/python -m compileall -q helpers || fail "the project's own code could not be compiled; see above." \
    "프로젝트의 코드를 컴파일하지 못했습니다. 위의 메시지를 보십시오."
touch "$ready"
took=$(($(date +%s) - begun))
say "done after $took s. The command is .venv/bin/lab" "${took}초 만에 끝났습니다. 명령은 .venv/bin/lab입니다"
