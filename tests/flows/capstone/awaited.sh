# awaited PLACE URL SERVICE [--user]: until that place answers the URL as it should, for half a minute at most.
awaited() {
    for _ in $(seq 60); do
        if lab capstone ask --lang en --to "$1" "$2" ${4:-} | grep -q ": $3"; then return 0; fi
        sleep 0.5
    done
    echo "$2 is not answered by $3 at $1" >&2
    return 1
}
