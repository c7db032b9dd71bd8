"""Custom resources: kinds that CustomResourceDefinitions bring along, judged by their own schema.

`decode_custom`, `check_custom` and `admit_custom` are for objects of custom kinds what `loopkube.api.decode`
and `loopkube.api.admission` are for built-in ones. Read in this order: objects (decoding), admission, columns (with
json_path), registry (which kinds a definition makes, and its status), keeper (the running part that does what registry
says). What a schema does to values is in `loopkube.kinds.shared.structural`, what a definition itself may say in
`loopkube.kinds.apiextensions.custom_resource_definition`.

Rules written in CEL (`x-kubernetes-validations`) are run by `loopkube.kinds.shared.structural.ruling`.
"""

from loopkube.api.custom.admission import admit_custom
from loopkube.api.custom.objects import check_custom, decode_custom, retyped_custom

__all__ = ["admit_custom", "check_custom", "decode_custom", "retyped_custom"]
