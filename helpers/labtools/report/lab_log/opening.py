"""The statements before the first heading: what an Ingress is for, and who brings the controller."""

from labcore.language.messages import phrase

from labtools.report.lab_log.checks import ANY, Check, Statement, cells_of, printed, rows, value

STATEMENTS = (
    Statement(
        1,
        phrase("An Ingress can replace a load balancer or a reverse proxy of your own."),
        (
            Check(
                "03", "r1-entry", printed(r'"service": "([^"]*)"', "/order", "/account"),
                {"/order": "order-svc", "/account": "account-svc"},
                what=phrase("Service that answered"),
            ),
            Check(
                "03", "r1-types", printed(r"^(\w+-svc) +(\S+)"),
                {"order-svc": "ClusterIP", "account-svc": "ClusterIP"},
                what=phrase("type of the Service"),
            ),
            Check("03", "r1-balance", value(), {"Ingress": "3"}, what=phrase("Pods that answered")),
            Check(
                "03", "r5-run", printed(r"^\['.*', '(.*)'\]$", phrase("a line of text, no HTTP")),
                {"a line of text, no HTTP": "HELLO"},
                {
                    "HTTP/1.1 400 Bad Request": phrase(
                        "Only for HTTP: a program that speaks another protocol got an error through the Ingress. In "
                        "front of it a load balancer is still needed."
                    )
                },
            ),
        ),
    ),
    Statement(
        2,
        phrase(
            "The ingress controller is no part of kube-controller-manager. You choose one of several; nginx is the "
            "best known."
        ),
        (
            Check(
                "05", "r1-who", printed(r"^(web|first) +(\S+)"),
                {"web": "kube-controller-manager", "first": "<none>"},
                what=phrase("who wrote the status"),
            ),
            Check(
                "05", "r2-get", printed(r"^(first) +([a-z]+)$"), {"first": "traefik"},
                what=phrase("who wrote the status"),
            ),
            Check(
                "05", "r5-classes", printed(r"^(lesson|nginx|traefik) +(\S+)"),
                {"lesson": ANY, "nginx": ANY, "traefik": ANY},
                what=phrase("controller of each class"),
            ),
        ),
        untried=phrase("which controller is the best known"),
    ),
    Statement(
        3,
        phrase("A public cloud has a controller already; locally you install one yourself."),
        (
            Check("05", "r1-compare", rows, {"ADDRESS": "empty", "request at lesson": "connection refused"}),
            Check("05", "r2-run", cells_of("result"), {"daemonset.apps/lesson": "created"}),
            Check(
                "05", "r2-compare", rows, {"http://first.lesson.example.com/": "web-svc"},
                what=phrase("Service that answered"),
            ),
        ),
        untried=phrase("what a public cloud brings"),
    ),
)  # fmt: skip
