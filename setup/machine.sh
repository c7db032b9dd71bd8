# What would stop it, before anything is downloaded: Python, processor, libc, rights, disk; and ports that are taken.
SPACE=1300   # MB that are needed at most, the caches of uv and pip included
GLIBC=31     # 2.31: the oldest that all programs and libraries here run on (Envoy's wheel asks for the newest)

good() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$name" ] && good "$name" && printf '%s\n' "$name" && return
    done
    return 0
}

require_python() {
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
}

require_machine() {
    processor=$(uname -m)
    case "$processor" in
        x86_64 | amd64 | aarch64 | arm64) ;;
        *) fail "this processor is $processor; Traefik, kubectl, nginx and Envoy come for x86_64 and aarch64 (arm64) only." \
            "이 컴퓨터의 프로세서는 $processor입니다. Traefik, kubectl, nginx, Envoy는 x86_64와 aarch64(arm64)용만 있습니다." ;;
    esac
    [ "$(uname -s)" = Linux ] || return 0
    libc=$("$python" -c 'import platform; print(*platform.libc_ver())  # libc_ver')
    case "$libc" in
        "glibc 2."*) minor=${libc#glibc 2.} && [ "${minor%%[!0-9]*}" -ge "$GLIBC" ] || old_libc ;;
        *) old_libc ;;
    esac
}

old_libc() {
    fail "this system's libc is ${libc:-musl}; the packages need glibc 2.$GLIBC or newer (Debian 11, Ubuntu 20.04, RHEL 9).
       Alpine and older systems: use a container of one of these." \
        "이 시스템의 libc는 ${libc:-musl}입니다. 패키지에는 glibc 2.$GLIBC 이상이 필요합니다(Debian 11, Ubuntu 20.04, RHEL 9).
       Alpine이나 더 오래된 시스템이라면 이런 시스템의 컨테이너에서 실행하십시오."
}

require_room() {
    { [ -w . ] && { [ ! -e .venv ] || [ -w .venv ]; }; } ||
        fail "you may not write into $PWD; clone the project into a folder of your own, and run it there." \
            "$PWD 폴더에 쓸 권한이 없습니다. 본인의 폴더에 프로젝트를 복제해 실행하십시오."
    free=$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')
    [ -x .venv/bin/pip ] || [ "$free" -ge "$SPACE" ] ||
        fail "1.3 GB of free disk space is needed here, $free MB are free." \
            "디스크 여유 공간이 1.3GB 필요합니다. 지금은 ${free}MB가 비어 있습니다."
}

# Taken ports stop nothing yet: the first start would say so, and it is better known now.
look_at_ports() {
    [ ! -e .venv ] || return 0  # a lab of this folder may run
    taken=$("$python" -c 'import socket, sys
for port in sys.argv[1:]:
    with socket.socket() as it:
        it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try: it.bind(("127.0.0.1", int(port)))
        except OSError: print(port, end=" ")' "${INGRESS_LAB_HTTP_PORT:-8080}" "${INGRESS_LAB_HTTPS_PORT:-8443}")
    [ -z "$taken" ] ||
        say "taken by another program: port ${taken% }. Set INGRESS_LAB_HTTP_PORT and INGRESS_LAB_HTTPS_PORT to free ones." \
            "다른 프로그램이 쓰고 있는 포트: ${taken% }. INGRESS_LAB_HTTP_PORT와 INGRESS_LAB_HTTPS_PORT를 비어 있는 포트로 지정하십시오."
}
