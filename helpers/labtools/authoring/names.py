"""The table of public names, helpers/ingress_lab/README.md: what each is (its docstring) and an example that runs.

`python -m labtools.authoring.names` writes it. A test says what is missing or stale, and runs the examples in their
order, in one namespace: the table reads as a visit of a small lab.
"""

import inspect
from pathlib import Path

import ingress_lab

FILE = Path(ingress_lab.__file__).with_name("README.md")
MODULES = ("certificates", "layers", "manifests", "pictures")
URL = '"http://first.example.com/hello"'

EXAMPLES = {
    "Lab": "from ingress_lab import Lab",
    "Lab.connect": 'lab = Lab.connect("public-names")',
    "Lab.current": "Lab.current is lab",
    "Lab.apply": 'lab.apply("manifests/start-here")',
    "Lab.wait": 'lab.wait("deployments")',
    "Lab.settle": "lab.settle()",
    "Lab.get": 'lab.get("pods")',
    "Lab.object": 'lab.object("service/hello-svc")["spec"]["ports"]',
    "Lab.objects": 'len(lab.objects("pods"))',
    "Lab.api_client": "lab.api_client.configuration.host",
    "Lab.scale": 'lab.scale("deployment/hello", 2)',
    "Lab.logs": 'lab.logs("deployment/hello")',
    "Lab.events": 'lab.events("deployment/hello")',
    "Lab.endpoints": 'lab.endpoints("hello-svc")',
    "Lab.service_map": 'lab.service_map("hello-svc")',
    "Lab.losses": 'lab.losses("pod/hello-1", {"from the start": 0.0})',
    "Lab.choice": 'lab.choice("hello-svc")',
    "Lab.wait_routed": f'lab.wait_routed({URL}, service="hello-svc")',
    "Lab.probe": f"answers = lab.probe({URL}, times=4)",
    "Answers": 'answers.table("pod", "node")',
    "Answer": "answers[0].outcome",
    "Lab.client": f'lab.client("red").probe({URL})',
    "Lab.inside": 'lab.apply("manifests/services/client.yaml"); lab.apply("manifests/services/ask.yaml"); '
    'lab.apply("manifests/services/clients.yaml"); '
    'lab.wait("pod/red"); lab.inside("red").wait("http://hello-svc/")',
    "Lab.rules": "rules = lab.rules()",
    "Lab.routing_map": "lab.routing_map()",
    "Lab.explain": f"lab.explain({URL})",
    "Lab.trace": f"lab.trace({URL})",
    "Lab.timeline": f'with lab.timeline({URL}) as change: lab.scale("deployment/bye", 2)',
    "Lab.explore_urls": 'lab.explore_urls("first.example.com/hello")',
    "Lab.hint": 'lab.hint("00.1")',
    "Lab.check": 'lab.check("00.1")',
    "Lab.solution": 'lab.solution("00.1")',
    "Lab.progress": "lab.progress()",
    "Lab.doctor": "lab.doctor()",
    "Lab.stop_node": 'lab.stop_node("lab-worker2")',
    "Lab.start_node": 'lab.start_node("lab-worker2")',
    "LabError": 'from ingress_lab import LabError; issubclass(LabError, Exception)',
    "probe": f"from ingress_lab import probe; probe({URL})",
    "Client": f"from ingress_lab import Client; Client(keep_connection=True).probe({URL}, times=2)",
    "predict": f'from ingress_lab import predict; guess = predict({{{URL}: ""}}, options="hello-svc, bye-svc, 404")',
    "compare": "from ingress_lab import compare; compare(guess, answers, rules)",
    "api_readings": f"from ingress_lab import api_readings; [rule.service for rule in api_readings(rules, {URL})]",
    "rules_of": 'from ingress_lab import rules_of; rules_of(lab.objects("ingresses"))',
    "routing_map": "from ingress_lab import routing_map; routing_map(lab)",
    "distribution": 'from ingress_lab import distribution; distribution(answers, by="pod")',
    "Entry": f"from ingress_lab import Entry; probe({URL}, entry=Entry(http_port=lab.entry.http_port))",
    "own_file": 'from ingress_lab import own_file; own_file("controller.py").name',
    "planned": 'from pathlib import Path; from ingress_lab import planned; planned(Path("manifests/cluster.yaml"))',
    "node_map": "from ingress_lab import node_map; node_map(lab)",
    "node_map_of": 'from ingress_lab import node_map_of; node_map_of("manifests/cluster.yaml")',
    "plain_table": 'from ingress_lab import plain_table; plain_table([["hello-svc", 3]], ["Service", "Pods"])',
    "Hosts": "from ingress_lab import Hosts; Hosts().block()",
    "explain": f'from ingress_lab import explain; explain({URL}, expected="bye-svc")',
    "doctor": "from ingress_lab import doctor; doctor()",
    "certificates.authority": "from ingress_lab import certificates; ca = certificates.authority()",
    "certificates.Authority": 'leaf = ca.issue("first.example.com"); lab.apply(leaf.secret("first-tls"))',
    "certificates.Certificate": "leaf.names",
    "certificates.of_secret": 'certificates.of_secret(lab.object("secret/first-tls"))',
    "certificates.problems": 'certificates.problems(leaf, "other.example.com", ca)',
    "certificates.of_answer": 'certificates.of_answer(lab.probe("https://first.example.com/hello")[0])',
    "certificates.wait_shown": "shown = certificates.of_answer(lab.probe(\"https://first.example.com/hello\")[0]); "
    'certificates.wait_shown("https://first.example.com/hello", shown)',
    "layers.permitted": "from ingress_lab import layers; layers.permitted()",
    "layers.capture": f"capture = layers.capture({URL})",
    "layers.Capture": "capture.table()",
    "manifests.load": 'from ingress_lab import manifests; found = manifests.load("manifests/start-here")',
    "manifests.Document": "found[0].kind, found[0].name",
    "manifests.Source": 'manifests.load("apiVersion: v1\\nkind: Namespace\\nmetadata: {name: a}")',
    "manifests.vary": 'more = manifests.vary("manifests/start-here/applications.yaml", {"spec.replicas": 3}, '
    'only="Deployment")',
    "manifests.Varied": "more.text",
    "manifests.compare": 'difference = manifests.compare("manifests/start-here/applications.yaml", more)',
    "manifests.Difference": "str(difference)",
    "manifests.upgrade": 'new = manifests.upgrade("manifests/old-manifests/book", old_lines=True)',
    "manifests.Upgrade": "new.changes",
    "manifests.httproutes": 'routes = manifests.httproutes("manifests/start-here")',
    "manifests.HttpRoutes": "routes.routes[0][\"kind\"]",
    "pictures.Picture": "from ingress_lab import pictures; pictures.routing_map(lab).words",
    "pictures.routing_map": "pictures.routing_map(lab)",
    "pictures.draw_routing_map": "from ingress_lab.ingress.route_map import read; pictures.draw_routing_map(read(lab))",
    "pictures.distribution": "pictures.distribution(answers)",
    "pictures.bars": 'pictures.bars({"red": 3, "blue": 1}, "Who answered")',
    "pictures.Hop": 'stop = pictures.Hop("Service", "hello-svc")',
    "pictures.hops": 'pictures.hops("One request", [stop, pictures.Hop("Pod", "hello-1")])',
    "pictures.Node": 'node = pictures.Node("lab-worker", "worker")',
    "pictures.draw_node_map": 'pictures.draw_node_map("One node", [node])',
    "pictures.node_map": "pictures.node_map(lab)",
    "pictures.node_map_of": 'pictures.node_map_of("manifests/cluster.yaml")',
    "pictures.certificate_chain": 'pictures.certificate_chain("Who signed?", [("leaf", "", True), ("root", "", True)])',
    "pictures.packet_path": 'pictures.packet_path("first.example.com", service="hello-svc", pod="hello-1")',
    "pictures.layers_4_and_7": "pictures.layers_4_and_7()",
    "pictures.reconcile_loop": "pictures.reconcile_loop()",
    "pictures.diagnosis": "pictures.diagnosis()",
    "pictures.tls_handshake": 'pictures.tls_handshake("first.example.com")',
    "pictures.one_request": 'pictures.one_request("first.example.com", "/hello")',
    "pictures.load_timeline": "import json; from ingress_lab import own_file, pictures; "
    'asked = {"url": "http://first.example.com/", "requests": [[0, 0, 0.01, 200], [0.1, 0.1, 0.12, 502]]}; '
    'kept = own_file("load.json"); kept.write_text(json.dumps({"loads": [asked], "commands": []})); '
    "pictures.load_timeline(kept)",
    "pictures.latencies": "pictures.latencies(kept)",
    "pictures.loss_timeline": 'pictures.loss_timeline(lab, "pod/hello-1")',
    "Lab.delete": 'lab.delete("ingress/first")',
    "Lab.reset": "lab.reset()",
    "Lab.clean_up": "lab.clean_up()",
}  # fmt: skip
WORDS = {
    "Lab.current": "The Lab connected last.",
    "manifests.Source": "What is treated as a manifest, wherever one is expected.",
}


def public() -> set[str]:
    """Every name that a notebook may use."""
    lab = {f"Lab.{name}" for name in dir(ingress_lab.Lab) if not name.startswith("_")}
    return {*ingress_lab.__all__, *lab, *(f"{module}.{name}" for module in MODULES for name in _module(module).__all__)}


def summary_of(name: str) -> str:
    """The first line of a name's docstring."""
    whole = inspect.getdoc(_object(name)) or ""
    return WORDS.get(name, " ".join(whole.split("\n\n")[0].split()))


def text() -> str:
    """helpers/ingress_lab/README.md: each public name with its sentence and an example."""
    lines = [
        "# The public names of ingress_lab", "",
        "What a notebook may use, in an order in which it can be tried: each example runs after those above it (a test",
        "does so). `lab.` verbs are methods of `Lab`. Written by `python -m labtools.authoring.names`; change a",
        "docstring or an example there, not here.", "",
        "| name | what it is | example |", "|---|---|---|",
    ]  # fmt: skip
    cells = ((f"`{name}`", summary_of(name), f"`{example}`") for name, example in EXAMPLES.items())
    return "\n".join([*lines, *(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in row)} |" for row in cells), ""])


def _module(name: str):
    return getattr(ingress_lab, name)


def _object(name: str) -> object:
    first, _, rest = name.partition(".")
    owner = _module(first) if first in MODULES else getattr(ingress_lab, first)
    return inspect.getattr_static(owner, rest, None) or getattr(owner, rest) if rest else owner


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(FILE)
