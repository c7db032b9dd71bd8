"""In which form the client wants its answer: the Accept header, as kube-apiserver negotiates it."""

from functools import lru_cache
from typing import NamedTuple

from loopkube.shared.status import ApiError

JSON, YAML = "application/json", "application/yaml"
TABLE, PARTIAL, PARTIAL_LIST = "Table", "PartialObjectMetadata", "PartialObjectMetadataList"
_META_VERSIONS = ("v1", "v1beta1")

_NO_SUCH_FORM = (
    "only the following media types are accepted: application/json, application/yaml, "
    "application/vnd.kubernetes.protobuf"
)
"""The media type is served, but not as what it shall be."""
_NOT_ACCEPTABLE = (
    "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
    "application/vnd.kubernetes.protobuf, application/json;stream=watch, "
    "application/vnd.kubernetes.protobuf;stream=watch"
)


class Form(NamedTuple):
    """`media` is JSON or YAML; `shape` is empty for the object itself, else Table or PartialObjectMetadata(List)."""

    media: str = JSON
    shape: str = ""
    version: str = "v1"


@lru_cache(maxsize=256)
def negotiate(accept: str, shapes: tuple[str, ...] = (), *, watch: bool = False) -> Form:
    """The first form that is both accepted and served; 406 where there is none."""
    if not accept.strip():
        return Form()
    is_served = False
    for media, parameters in accepted(accept):
        if media in (JSON, "application/*", "*/*", "*"):
            form = Form(JSON)
        elif media == YAML and not watch:
            form = Form(YAML)
        else:
            continue
        is_served = True
        shape = parameters.get("as", "")
        if not shape:
            return form
        version = parameters.get("v", "v1")
        if shape in shapes and parameters.get("g") == "meta.k8s.io" and version in _META_VERSIONS:
            return Form(form.media, shape, version)
    raise ApiError(406, "NotAcceptable", _NO_SUCH_FORM if is_served else _NOT_ACCEPTABLE, {})


def wants_aggregated(accept: str) -> bool:
    """Whether the first form that is both accepted and served at `/api` and `/apis` is aggregated discovery."""
    for media, parameters in accepted(accept):
        if media not in (JSON, "application/*", "*/*", "*"):
            continue
        shape = tuple(parameters.get(name, "") for name in ("g", "v", "as"))
        if shape == ("apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList"):
            return True
        if not shape[2]:
            return False
    return False


def accepted(accept: str) -> list[tuple[str, dict[str, str]]]:
    """(media type, parameters), the preferred one first."""
    clauses = []
    for clause in accept.split(","):
        media, *rest = [part.strip() for part in clause.split(";")]
        pairs = (part.partition("=") for part in rest)
        parameters = {name.strip(): value.strip() for name, _, value in pairs}
        clauses.append((media, parameters))
    return sorted(clauses, key=lambda clause: -_quality(clause[1].get("q", "1")))


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
