# [follow] runs for ever, in a thread for each kind
def follow(kind):
    version = ""
    while True:
        try:
            if not version:
                found = send("GET", PATHS[kind])
                listed(kind, found["items"])
                version = found["metadata"]["resourceVersion"]
            for event, obj in watch(PATHS[kind], version):
                seen(kind, event, obj)
                version = obj["metadata"]["resourceVersion"]
        except (OSError, Gone) as error:
            print(kind, error, flush=True)
            time.sleep(0.2)


# [end]
