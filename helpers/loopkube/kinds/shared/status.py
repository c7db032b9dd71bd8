"""What the strategies of several kinds do with status and other fields that belong to the system."""


def keep(obj: dict, old: dict, field: str) -> None:
    """Gives `obj` the field of `old`, or takes it away where `old` has none."""
    if field in old:
        obj[field] = old[field]
    else:
        obj.pop(field, None)


def empty_status(obj: dict) -> None:
    """The status is nobody's to set at the creation."""
    obj["status"] = {}
