"""Environment (local): a kind cluster, its ingress node, the controller, and names."""

from labcore.language.messages import phrase

from labtools.report.lab_log.checks import ADDRESS, ANY, SOME, Check, Statement, printed, rows

_FIELD = phrase("field that sets the label in cluster.yaml")
_LINE = phrase("line that was added to the file")
_READY = r"^(lab-[\w-]+) .*?(true)?$"
_ONLY = {"lab-control-plane": "web-svc", "lab-worker": "connection refused", "lab-worker2": "connection refused"}

STATEMENTS = (
    Statement(
        13,
        phrase(
            "In kind's file kubeadmConfigPatches gives the control plane the label ingress-ready=true. One node with "
            "it can take the traffic of the whole cluster."
        ),
        (
            Check(
                "04", "kind-labels", printed(r"^\['(.*)'\]$", phrase("label by a patch")),
                {"label by a patch": "ingress-ready=true"},
            ),
            Check(
                "04", "r1-file-check", printed(r"^ \[.*?'(labels|kubeadmConfigPatches)'", _FIELD),
                {_FIELD: "kubeadmConfigPatches"},
                {"labels": phrase("The patch works, and is no longer needed: kind has a field for labels of a node.")},
            ),
            Check(
                "04", "r1-map-check", printed(_READY), {"lab-control-plane": "true"},
                what=phrase("label ingress-ready"),
            ),
            Check("04", "r3-run", rows, _ONLY, what=phrase("answer at port 80 of each node")),
        ),
    ),
    Statement(
        14,
        phrase(
            "Controllers on several nodes are for a high load, for availability, for places far apart, and for "
            "separated workloads."
        ),
        (
            Check("11", "r2-compare", rows, {"all four pairs occur": "yes"}),
            Check("11", "r4-compare", rows, {"answered after": "all"}),
            Check("11", "r2-far-run", rows, {"longer by (ms)": SOME}),
            Check("11", "r5-compare", rows, {"nodes with edge": "1", "nodes with other": "1"}),
        ),
    ),
    Statement(
        15,
        phrase("kubectl apply installs the controller on the cluster."),
        (
            Check("11", "create", printed(r"^(daemonset\.apps/edge) (\w+)$"), {"daemonset.apps/edge": "created"}),
            Check(
                "11", "r1-compare", rows, {"lab-worker": "web-svc", "lab-worker2": "web-svc"},
                what=phrase("answer at port 8000 of each node"),
            ),
        ),
    ),
    Statement(
        16,
        phrase("docker container inspect shows the IP address of the control plane."),
        (
            Check(
                "04", "r4-machine", printed(r'"IPAddress": "([0-9.]+)"', phrase("address by docker")),
                {"address by docker": ADDRESS},
                absent=phrase("Docker knows no such container; only on kind the nodes are containers."),
            ),
        ),
    ),
    Statement(
        17,
        phrase("A line of /etc/hosts holds an address and a name, with a space between them."),
        (
            Check("06", "r1-hosts", printed(r"^([0-9a-fA-F.:]+ www\.names\.example\.com)$", _LINE), {_LINE: ANY}),
            Check(
                "06", "r1-curl", printed(r'"service": "([^"]*)"', "-H Host", "--connect-to", "--resolve"),
                {"--resolve": "www-svc"},
                what=phrase("Service that answered"),
            ),
        ),
    ),
)  # fmt: skip
