"""stub"""


def apply(kind, current, body, *, manager, force, subresource):
    raise NotImplementedError
