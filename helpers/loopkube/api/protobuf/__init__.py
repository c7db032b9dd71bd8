"""Bodies in Kubernetes' protobuf form, which Go's typed clients send (kubectl, Traefik): read as their JSON would be.

Requests only: answers are always JSON, which all those clients accept. A body is `k8s\\0` and a `runtime.Unknown`
that names the kind and holds the message. Defaults, omitempty and validation are not done here: what comes out goes
the way of every JSON body. Read in this order: `wire` (bytes to numbered values), `fields` (numbers to names),
`values` (scalars, and types with a JSON form of their own), `messages`, `bodies` (the door).
"""

from loopkube.api.protobuf.bodies import MAGIC, MEDIA_TYPE, decode, to_json
from loopkube.api.protobuf.wire import NotProtobuf

__all__ = ["MAGIC", "MEDIA_TYPE", "NotProtobuf", "decode", "to_json"]
