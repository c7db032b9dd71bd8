# Packages of a lock file, each with a hash that must be right: by uv, and where uv cannot, by pip.
EVERY=20  # packages from one line of progress to the next, where pip installs

# uv's own lines of requirements.lock.
lock_of_uv() { awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' requirements.lock; }

get_uv() {
    wanted=$(sed -nE 's/^uv==([^ ;\\]+).*/\1/p' requirements.lock)
    [ -n "$wanted" ] || return 1
    [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$wanted" ] || return 0
    lock_of_uv >.venv/.uv.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/.uv.lock
}

# uv prints a line for each big package; of what else it prints, its errors.
shown_of_uv() {
    while read -r first second rest; do
        case "$first" in
            Downloading) say "downloading $second $rest" "내려받는 중: $second $rest" ;;
            Prepared | Installed) say "$first $second $rest" "$first $second $rest" ;;
            Resolved | Audited | Using | Uninstalled | Downloaded | Bytecode | [-+~]) ;;
            *) printf '%s\n' "$first $second $rest" >&2 ;;
        esac
    done
}

by_uv() {
    rm -f .venv/.failed
    # uv has no variable for it
    { .venv/bin/uv pip install ${UV_NO_INDEX:+--no-index} --python .venv/bin/python "$@" 2>&1 || touch .venv/.failed; } | shown_of_uv
    [ ! -e .venv/.failed ]
}

# pip prints two lines or more for each package; of these, a line now and then.
shown_of_pip() {
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

by_pip() {
    rm -f .venv/.failed
    { PYTHONUNBUFFERED=1 .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off "$@" ||
        touch .venv/.failed; } | shown_of_pip
    [ ! -e .venv/.failed ]
}

# Whether uv is there, with pip's settings of this machine: index, wheelhouse, proxy, certificates.
prepare_uv() {
    with_uv=
    get_uv && settings=$(.venv/bin/python -P setup/pip_settings.py) && eval "$settings" && with_uv=yes ||
        say "without uv; pip takes a minute longer" "uv 없이 pip으로 설치합니다. 1분 정도 더 걸립니다"
}

install() {  # LOCK
    all=$(grep -c == "$1")
    set -- --no-deps --require-hashes -r "$1"
    if [ -n "$with_uv" ]; then
        by_uv "$@" && return
        say "uv could not; pip tries" "uv로 설치하지 못해 pip으로 다시 시도합니다"
    fi
    by_pip "$@"
}

install_project() {
    set -- --quiet --no-deps --no-build-isolation -e .
    { [ -n "$with_uv" ] && .venv/bin/uv pip install --python .venv/bin/python "$@"; } ||
        .venv/bin/python -m pip install --disable-pip-version-check "$@"
}
