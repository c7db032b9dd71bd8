"""How a Service chooses a Pod on this cluster: our L4 proxy's own lines, or the rules that kube-proxy wrote.

Nothing of it runs here; it is shown to be read.
"""

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from labcore import clusters
from labcore.language.messages import phrase
from labcore.machine.programs import MissingProgram, Runner
from loopkube import cluster as loop_cluster

from ingress_lab.lessons.exercises.exercise import Words

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

_SHOWN = 12  # lines of kube-proxy's rules: enough for three Pods


def choice(lab: "Lab", service: str) -> Words:
    """The lines that choose among a Service's Pods."""
    lab.object("service", service)
    cluster = clusters.of(lab.cluster)
    if cluster.own_l4_proxy:
        return _code("python", local_code())
    if cluster.in_docker:
        lines = rules_for(_rules(lab), f"{lab.namespace}/{service}")
        return _code("text", "\n".join(lines[:_SHOWN]) or phrase("no rule names {service}", service=service))
    return _code("sh", f"# on a node of this cluster:\nsudo iptables-save -t nat | grep {lab.namespace}/{service}")


def local_code() -> str:
    """`choose` of the local cluster's L4 proxy."""
    file = Path(loop_cluster.__file__).with_name("node") / "l4" / "service_proxy.py"
    source = file.read_text(encoding="utf-8")
    functions = [f for f in ast.walk(ast.parse(source)) if isinstance(f, ast.FunctionDef) and f.name == "choose"]
    lines = source.splitlines()[functions[0].lineno - 1 : functions[0].end_lineno]
    return "\n".join(line[functions[0].col_offset :] for line in lines)


def rules_for(saved: str, service: str) -> list[str]:
    """What `iptables-save` says of a Service; kube-proxy writes its name into a comment of each rule."""
    return [line for line in saved.split("\n") if f'"{service}' in line and "statistic" in line]


def _rules(lab: "Lab") -> str:
    nodes = sorted(node["metadata"]["name"] for node in lab.objects("nodes"))
    try:
        return Runner().run(clusters.of(lab.cluster).on_node(nodes[0], "iptables-save", "-t", "nat"), limit=10).out
    except MissingProgram as missing:
        return str(missing)


def _code(language: str, code: str) -> Words:
    return Words(f"```{language}\n{code}\n```")
