# Each sentence in English and in Korean: the language of the person, as `lab` speaks it later.
case "${INGRESS_LAB_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}" in
    [kK][oO]*) say() { printf 'setup: %s\n' "$2" >&2; } ;;
    *) say() { printf 'setup: %s\n' "$1" >&2; } ;;
esac
fail() { say "$@"; exit 1; }
