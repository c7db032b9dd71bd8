# wheelhouse/: the packages of requirements.lock as files, and for which Python and system they are.
# `sh setup/wheelhouse.sh` fills it (make wheelhouse); setup.sh takes the packages from it where it is.
KEPT=wheelhouse/made-for

kept() { sed -n "s/^$1: //p" "$KEPT" 2>/dev/null; }

# PYTHON: what must be the same in the room, and its exact version for whoever asks.
facts_of() {
    "$1" -c 'import hashlib, pathlib, platform as p, sys  # facts
print("python: %s %d.%d" % (p.python_implementation(), *sys.version_info[:2]))
print("version:", p.python_version())
print("system:", p.system(), p.machine())
print("lock:", hashlib.sha256(pathlib.Path("requirements.lock").read_bytes()).hexdigest())'
}

use_wheelhouse() {
    [ -e "$KEPT" ] && [ -z "${INGRESS_LAB_NO_WHEELHOUSE:-}" ] || return 0  # one of an older lock is filled anew by a network
    here=$(facts_of "$python")
    for fact in python system lock; do
        was=$(kept $fact) is=$(printf '%s\n' "$here" | sed -n "s/^$fact: //p")
        [ "$was" = "$is" ] || other_wheelhouse "$fact" "$was" "$is"
    done
    was=$(kept glibc) is=${libc#glibc }
    [ "$(printf '%s\n' "$was" "$is" | sort -V | head -1)" = "$was" ] || other_wheelhouse glibc "glibc $was" "$libc"
    say "packages come from the folder wheelhouse ($(kept python), $(kept system)); no network is asked" \
        "wheelhouse 폴더의 패키지로 설치합니다($(kept python), $(kept system)). 네트워크는 쓰지 않습니다"
    export PIP_NO_INDEX=1 PIP_FIND_LINKS=wheelhouse
}

# The newest glibc that one of the files asks for; of several in a name, the oldest will do.
glibc_of_wheels() {
    .venv/bin/python -c 'import pathlib, re
asked = [re.findall(r"manylinux_2_(\d+)", file.name) for file in pathlib.Path("wheelhouse.new").glob("*.whl")]
print("2.%d" % max((min(map(int, minors)) for minors in asked if minors), default=0))'
}

other_wheelhouse() {  # FACT, AS RECORDED, AS IT IS HERE
    case "$1" in
        python) fail "the folder wheelhouse is for $2; this is $3. Name that Python: make setup PYTHON=/path/to/python${2##* }" \
            "wheelhouse 폴더는 $2용인데 이 컴퓨터는 $3입니다. 같은 버전을 지정하십시오: make setup PYTHON=/path/to/python${2##* }" ;;
        lock) fail "the folder wheelhouse is of another version of the project. Fill it again where there is a network: make wheelhouse" \
            "wheelhouse 폴더는 이 프로젝트의 다른 버전으로 만들었습니다. 네트워크가 되는 곳에서 다시 만드십시오: make wheelhouse" ;;
        *) fail "the folder wheelhouse is for $2; this system is $3. Fill it on a system like this one, or remove it to use a network." \
            "wheelhouse 폴더는 $2용인데 이 시스템은 $3입니다. 같은 시스템에서 다시 만들거나, 폴더를 지우고 네트워크로 설치하십시오." ;;
    esac
}

fill_wheelhouse() {
    rm -rf wheelhouse.new
    say "downloading the packages of requirements.lock" "requirements.lock의 패키지를 내려받는 중"
    .venv/bin/python -m pip download --quiet --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r requirements.lock -d wheelhouse.new ||
        { rm -rf wheelhouse.new; fail "the packages could not be downloaded; the message is above. Then: make wheelhouse" \
            "패키지를 내려받지 못했습니다. 메시지는 위에 있습니다. 다시 실행하십시오: make wheelhouse"; }
    { facts_of .venv/bin/python; echo "glibc: $(glibc_of_wheels)"; } >wheelhouse.new/made-for
    rm -rf wheelhouse
    mv wheelhouse.new wheelhouse
    size=$(du -sm wheelhouse | cut -f1)
    say "wheelhouse/ has $size MB, for $(kept python) on $(kept system), glibc $(kept glibc) or newer. Carry it over with the project;" \
        "wheelhouse/에 ${size}MB를 받았습니다. 대상: $(kept python), $(kept system), glibc $(kept glibc) 이상. 프로젝트와 함께 옮긴 다음"
    say "there, make setup takes the packages from it." "옮긴 곳에서 make setup을 실행하면 이 폴더의 패키지로 설치합니다."
}

case "$0" in
    */wheelhouse.sh) set -eu; cd "$(dirname "$0")/.."; . setup/words.sh; fill_wheelhouse ;;
esac
