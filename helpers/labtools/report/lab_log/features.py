"""Features: routing by URL, HTTPS, the single entry point, session affinity."""

from labcore.language.messages import phrase

from labtools.report.lab_log.checks import Check, Statement, printed, rows, value

_EXAMPLE = ("example.com/order", "example.com/a", "example.com/", "example.com/about")

STATEMENTS = (
    Statement(
        4,
        phrase(
            "It routes by host and URL path: example.com/order goes to order, /a to a, everything else to test. A part "
            "of the path can be mapped, too. Requests are spread over several Pods."
        ),
        (
            Check(
                "07", "r1-order-run", printed(r'"service": "([^"]*)"', *_EXAMPLE),
                dict(zip(_EXAMPLE, ("order", "a", "test", "test"), strict=True)),
                what=phrase("Service that answered"),
            ),
            Check(
                "07", "r1-compare", rows,
                {"http://abc.sample.com/apl2": "nginx-svc", "http://xyz.sample.com/apl2": "java-svc"},
                what=phrase("Service that answered"),
            ),
            Check(
                "07", "r2-run", rows,
                {"http://abc.sample.com/apl2/x": "nginx-svc", "http://abc.sample.com/apl2x": "helloworld-svc"},
                what=phrase("Service that answered"),
            ),
            Check("03", "r1-balance", value(), {"Ingress": "3"}, what=phrase("Pods that answered")),
        ),
    ),
    Statement(
        5,
        phrase("It handles SSL/TLS certificates and HTTPS traffic."),
        (
            Check(
                "09", "r1-compare", rows, {"trusts our CA": "shop-svc", "trusts another CA": "certificate"},
                what=phrase("answer by HTTPS"),
            ),
            Check("09", "r1-edge", printed(r'"(X-Forwarded-Proto)": "(\w+)"'), {"X-Forwarded-Proto": "https"}),
            Check(
                "09", "r4-compare", rows, {"failed": "0", "new connection": "new"},
                what=phrase("renewal of the certificate"),
            ),
        ),
    ),
    Statement(
        6,
        phrase("It is a reverse proxy: a single entry point for several Services."),
        (
            Check(
                "12", "r1-services", printed(r"^(\w+-svc) +(\S+)"),
                {"site-svc": "ClusterIP", "next-svc": "ClusterIP"},
                what=phrase("type of the Service"),
            ),
            Check(
                "12", "r1-compare", rows, {"addresses": "1", "X-Forwarded-For": "3"},
                what=phrase("different values that the application saw"),
            ),
            Check(
                "03", "r1-compare", rows,
                {"http://market.example.com/order": "order-svc", "http://market.example.com/account": "account-svc"},
                what=phrase("Service that answered"),
            ),
        ),
    ),
    Statement(
        7,
        phrase(
            "Session affinity sends the requests of one client always to the same backend, and so keeps its state "
            "during a session. It is also called sticky session or session persistence."
        ),
        (
            Check("10", "r1-run", rows, {"red": "3"}, what=phrase("greeted as new in 24 visits, without affinity")),
            Check(
                "10", "r3-run", rows, {"red": "1", "blue": "1"},
                what=phrase("greeted as new in 24 visits, with a cookie"),
            ),
            Check(
                "10", "r4-compare", rows,
                {"count with 5 Pods": "25", "new route, Pod gone": "no", "count, Pod gone": "26"},
                {
                    "yes": phrase("Not always: when its Pod was gone, the client got another one."),
                    "1": phrase("The state is not kept with it: the count began again at 1."),
                },
            ),
        ),
    ),
)  # fmt: skip
