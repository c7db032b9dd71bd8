# [follow] runs for ever, in a thread for each kind
def follow(kind):
    listed(kind, [])
    while True:
        try:
            for event, obj in watch(PATHS[kind]):
                seen(kind, event, obj)
        except OSError as error:
            print(kind, error, flush=True)
            time.sleep(0.2)


# [end]
