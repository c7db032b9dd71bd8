"""Bodies in Kubernetes' protobuf form, which Go's typed clients send (kubectl, Traefik): read as their JSON would be.

The envelope is `k8s\\0` and `runtime.Unknown`. `fields.json` has the field numbers of every message that the served
kinds need; `generate.py` took them from the descriptors that kubectl carries. Answers are always JSON, which all those
clients accept. Read in this order: wire (bytes to numbers), messages (numbers to names), generate.
"""

from loopkube.api.protobuf.messages import UnknownKind, decode
from loopkube.api.protobuf.wire import NotProtobuf

MAGIC = b"k8s\x00"
MEDIA_TYPE = "application/vnd.kubernetes.protobuf"

__all__ = ["MAGIC", "MEDIA_TYPE", "NotProtobuf", "UnknownKind", "decode"]
