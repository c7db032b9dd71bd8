#!/bin/sh
# Makes .venv with everything that requirements.lock names. Run again after an interruption: it goes on.
set -eu
cd "$(dirname "$0")"

# Each sentence in English and in Korean: the language of the person, as `lab` speaks it later.
case "${INGRESS_LAB_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}" in
    [kK][oO]*) say() { printf 'setup: %s\n' "$2" >&2; } ;;
    *) say() { printf 'setup: %s\n' "$1" >&2; } ;;
esac
fail() { say "$@"; exit 1; }
begun=$(date +%s)
EVERY=20  # packages from one line of progress to the next

# --- what would stop it, before anything is downloaded ---

good() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$name" ] && good "$name" && printf '%s\n' "$name" && return
    done
    return 0
}

python=$(find_python)
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "none")
    fail "Python 3.11 or newer is needed (found: $found).
       Debian, Ubuntu: sudo apt install python3.12 python3.12-venv    macOS: brew install python@3.12
       or name one you have: make setup PYTHON=/path/to/python3.12" \
        "Python 3.11 이상이 필요합니다 (찾은 버전: $found).
       Debian, Ubuntu: sudo apt install python3.12 python3.12-venv    macOS: brew install python@3.12
       다른 곳에 있다면 지정하십시오: make setup PYTHON=/path/to/python3.12"
fi
[ -z "${PYTHON:-}" ] || [ "$python" = "$PYTHON" ] ||
    fail "PYTHON=$PYTHON is no Python 3.11 or newer; name another one, or none: $python would be taken then." \
        "PYTHON=$PYTHON 값은 Python 3.11 이상이 아닙니다. 다른 것을 지정하거나, 지정하지 않으면 $python 프로그램을 씁니다."

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
    fail "Python $version has no venv module.
       Debian, Ubuntu: sudo apt install python$version-venv    Fedora: sudo dnf install python3-libs" \
        "Python $version에 venv 모듈이 없습니다.
       Debian, Ubuntu: sudo apt install python$version-venv    Fedora: sudo dnf install python3-libs"
lacking=$("$python" -c 'import importlib.util as i; print(*(m for m in ("ssl", "zlib", "_ctypes", "_sqlite3") if not i.find_spec(m)))')
[ -z "$lacking" ] ||
    fail "Python $version was built without $lacking; name another one: make setup PYTHON=/path/to/python3.12" \
        "Python ${version}에 포함되지 않은 모듈: $lacking. 다른 Python을 지정하십시오: make setup PYTHON=/path/to/python3.12"

{ [ -w . ] && { [ ! -e .venv ] || [ -w .venv ]; }; } ||
    fail "you may not write into $PWD; clone the project into a folder of your own, and run it there." \
        "$PWD 폴더에 쓸 권한이 없습니다. 본인의 폴더에 프로젝트를 복제해 실행하십시오."
free=$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')
[ -x .venv/bin/pip ] || [ "$free" -ge 1500 ] ||
    fail "1.5 GB of free disk space is needed here, $free MB are free." \
        "디스크 여유 공간이 1.5GB 필요합니다. 지금은 ${free}MB가 비어 있습니다."

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

# pip prints two lines or more for each package; of these, a line now and then.
shown() {
    here=0
    while read -r first rest; do
        case "$first $rest" in
            *.metadata*) ;;
            Downloading*.whl* | Using*.whl* | Processing*.whl*)
                here=$((here + 1))
                [ $((here % EVERY)) -ne 0 ] || say "$here of about $all packages are here" "패키지 약 ${all}개 중 ${here}개를 받았습니다" ;;
            "Installing collected packages"*) say "unpacking them (half a minute)" "패키지를 푸는 중 (30초 정도)" ;;
        esac
    done
}

pip_install() {
    rm -f .venv/.failed
    { PYTHONUNBUFFERED=1 .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off "$@" ||
        touch .venv/.failed; } | shown
    [ ! -e .venv/.failed ]
}

all=$(grep -c == requirements.lock)
say "installing the packages of requirements.lock (about 1 GB; once)" "requirements.lock의 패키지를 설치하는 중 (1GB 정도, 한 번만)"
pip_install -r requirements.lock ||
    fail "pip could not install the packages; its message is above. Is a package index reachable? Then: make setup" \
        "pip으로 패키지를 설치하지 못했습니다. 메시지는 위에 있습니다. 패키지 저장소에 접속할 수 있는지 확인하고 다시 실행하십시오: make setup"
say "installing this project itself" "이 프로젝트를 설치하는 중"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e . || fail "pip could not install this project; its message is above." \
    "pip으로 이 프로젝트를 설치하지 못했습니다. 메시지는 위에 있습니다."
# The way to it as seen from there: up to Python 3.12 a path with letters beyond ASCII stops every start under LC_ALL=C.
for file in .venv/lib/python*/site-packages/__editable__.ingress_lab-*.pth; do
    [ ! -e "$file" ] || printf '../../../../helpers\n' >"$file"
done
# Compiled once here, so that no start compiles them again (some images set PYTHONDONTWRITEBYTECODE).
.venv/bin/python -m compileall -q helpers || fail "the project's own code could not be compiled; see above." \
    "프로젝트의 코드를 컴파일하지 못했습니다. 위의 메시지를 보십시오."
touch .venv/.ready
took=$(($(date +%s) - begun))
say "done after $took s. The command is .venv/bin/lab" "${took}초 만에 끝났습니다. 명령은 .venv/bin/lab입니다"
