"""Kinds that are asked or posted but never stored, and events under their second name."""

from loopkube.kinds import Kind
from loopkube.kinds.registry import SECOND_FORMS

VIRTUAL: tuple[Kind, ...] = (
    Kind("", "v1", "Binding", "bindings", "binding", True, verbs=("create",), schema="io.k8s.api.core.v1.Binding"),
    *SECOND_FORMS,
    *(
        Kind(
            group,
            "v1",
            kind,
            f"{kind.lower()}s",
            kind.lower(),
            namespaced,
            verbs=("create",),
            schema=f"io.k8s.api.{package}.v1.{kind}",
        )
        for group, package, kind, namespaced in (
            ("authentication.k8s.io", "authentication", "SelfSubjectReview", False),
            ("authentication.k8s.io", "authentication", "TokenReview", False),
            ("authorization.k8s.io", "authorization", "LocalSubjectAccessReview", True),
            ("authorization.k8s.io", "authorization", "SelfSubjectAccessReview", False),
            ("authorization.k8s.io", "authorization", "SelfSubjectRulesReview", False),
            ("authorization.k8s.io", "authorization", "SubjectAccessReview", False),
        )
    ),
)
