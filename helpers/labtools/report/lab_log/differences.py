"""How Service and Ingress differ: layers, ports, balancing, and when a Service alone is enough."""

from labcore.language.messages import phrase

from labtools.report.lab_log.checks import ADDRESS, Check, Statement, printed, rows, value

STATEMENTS = (
    Statement(
        8,
        phrase("Service and Ingress both expose ports, and both balance the load."),
        (
            Check(
                "03", "r1-types", printed(r"^(order-svc|market) .* (\d+)(?:/TCP)? +\S+$"),
                {"order-svc": "80", "market": "80"},
                what=phrase("port that it exposes"),
            ),
            Check("03", "r1-balance", value(), {"Service": "3", "Ingress": "3"}, what=phrase("Pods that answered")),
        ),
    ),
    Statement(
        9,
        phrase(
            "A Service works at layer 4, by TCP and UDP ports and IP addresses; an Ingress at layer 7, by HTTP and "
            "HTTPS."
        ),
        (
            Check(
                "02", "r3-run", rows, {"host a.example.com": "3", "path /order": "3", "cookie visitor=7": "3"},
                what=phrase("Pods that answered"),
            ),
            Check(
                "02", "r3-udp", printed(r'"text": "(\w+)"', phrase("an answer by UDP")),
                {"an answer by UDP": "HELLO"},
            ),
            Check(
                "03", "r2-compare", rows, {"Service": "1", "Ingress": "3"},
                what=phrase("Pods that answered on one kept connection"),
            ),
            Check("03", "r5-run", rows, {"Service": "HELLO", "Ingress": "error"}),
            Check("01", "r3-run", rows, {"path": "encrypted"}, what=phrase("in a captured HTTPS request")),
        ),
    ),
    Statement(
        10,
        phrase(
            "The OSI model has seven layers: physical (medium, signals), data link (MAC, frames), network (IP, "
            "packets), transport (TCP/UDP, segments), session (management, synchronisation), presentation (encoding, "
            "encryption), application (programs)."
        ),
        (
            Check(
                "01", "r1-run", rows,
                {"path": "7", "host": "7", "port of the entry": "4", "address of the entry": "3"},
                what=phrase("layer"),
            ),
            Check(
                "01", "r1-request-check", printed(r"^(\w+(?: \w+)+)$", phrase("parts of the packet")),
                {"parts of the packet": phrase("seven")},
                {
                    "Ether IP TCP Raw": phrase(
                        "Not in a packet: it has four parts. Layers 5 to 7 share one of them, and layer 1 is in no "
                        "packet."
                    )
                },
            ),
        ),
    ),
    Statement(
        11,
        phrase(
            "A Service balances over the Pods of one replicated application; an Ingress routes between several "
            "Services."
        ),
        (
            Check(
                "03", "r1-compare", rows,
                {
                    "http://order-svc/order": "order-svc", "http://order-svc/account": "order-svc",
                    "http://account-svc/order": "account-svc",
                    "http://market.example.com/order": "order-svc", "http://market.example.com/account": "account-svc",
                },
                what=phrase("Service that answered"),
            ),
            Check("02", "r2-compare", rows, {"ten connections": "several Pods"}),
        ),
    ),
    Statement(
        12,
        phrase("On premises NodePort, and in a public cloud LoadBalancer, are enough for most operations."),
        (
            Check(
                "02", "r5-local", rows, {"externalTrafficPolicy: Cluster": "all nodes"},
                what=phrase("nodes that answer at the node port"),
            ),
            Check(
                "02", "r5-get", printed(r"^(cloud-svc) +LoadBalancer +\S+ +(\S+)"), {"cloud-svc": ADDRESS},
                {"<pending>": phrase("LoadBalancer got no address: nothing on this cluster provides one.")},
                what=phrase("external address"),
            ),
            Check(
                "02", "r3-refused", printed(r'(unknown field "spec.ports\[0\].path")', phrase("a path in a Service")),
                {"a path in a Service": "accepted"},
                {
                    'unknown field "spec.ports[0].path"': phrase(
                        "Not for routing by URL: the API server refuses a path in a Service."
                    )
                },
            ),
        ),
        untried=phrase("which share of all operations this is (notebook 02 discusses it)"),
    ),
)  # fmt: skip
