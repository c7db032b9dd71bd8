"""`replay(PATH)`: from manifests to what differs, on the local cluster."""

from collections.abc import Callable, Mapping, Sequence

from labcore import clusters
from labcore.errors import BadArgument, LabError, unknown
from labcore.kube.api import Api
from labcore.language.messages import phrase
from labcore.yaml.documents import Source, is_path, load

from labtools.migrate.found import Input
from labtools.migrate.reading import read, taken
from labtools.migrate.replay.converting import converted
from labtools.migrate.replay.corpus import MOST, corpus
from labtools.migrate.replay.moving import asks_permission
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.result import Replay
from labtools.migrate.replay.running import Played, played
from labtools.migrate.replay.sides import CANDIDATES, REFERENCE, Conversion, side


def replay(
    source: Source | Input, candidates: Sequence[str] = ("provider",), *, most: int = MOST, cluster: str | None = None,
    conversion: Conversion = converted, said: Callable[[str], None] = lambda words: None,
) -> Replay:  # fmt: skip
    """Ask nginx and the candidates the same, and compare: `source` is a folder, a file, YAML text or objects."""
    wanted = [candidates] if isinstance(candidates, str) else list(candidates)
    for name in wanted:
        if name not in CANDIDATES:
            raise unknown(phrase("candidate"), name, CANDIDATES)
    given = source if isinstance(source, Input) else _read(source)
    ingresses = [found.obj for found in given.ingresses]
    asked = corpus(ingresses, most=most)
    if not asked.requests:
        raise BadArgument(
            phrase(
                "{source} holds no rule of an Ingress for ingress-nginx, so nothing can be asked", source=given.source
            )
        )
    found = _played([*ingresses, *given.others], wanted, asked.requests, conversion, cluster, said)
    return Replay(given.source, asked.requests, found, asked.left_out, tuple(_notes(ingresses)))


def _played(
    objects: Sequence[dict], candidates: Sequence[str], requests: Sequence[Request], conversion: Conversion,
    cluster: str | None, said: Callable[[str], None],
) -> Mapping[str, Played]:  # fmt: skip
    kind = clusters.of(cluster)
    if not kind.on_loopback:
        raise LabError(phrase("a replay runs on the local cluster alone, and not on {name}", name=kind.name))
    access = kind.access()
    api = Api.connect(access.own_kubeconfig, access.context)
    sides = [side(name, conversion) for name in (REFERENCE, *candidates)]
    return played(api, access.entry, sides, objects, requests, reached=kind.reaches_pods, said=said)


def _read(source: Source) -> Input:
    """A folder or a file as `lab migrate` reads it; text and objects likewise."""
    if is_path(source):
        return read(str(source))
    objects = [(document.obj, document.where) for document in load(source)]
    return taken(Input(phrase("the manifests")), objects)


def _notes(ingresses: Sequence[dict]) -> list[str]:
    notes = []
    if any(asks_permission(ingress) for ingress in ingresses):
        notes.append(phrase("A stand-in answered for what auth-url names, as each request told it."))
    return notes
