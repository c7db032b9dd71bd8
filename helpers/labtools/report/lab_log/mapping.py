"""The URL mapping test: the example, what had to change in it, and its names."""

from labcore.language.messages import phrase

from labtools.report.lab_log.checks import ANY, Check, Statement, counted, printed, rows

_WITHOUT = phrase("--connect-to, without a line in /etc/hosts")
_NAME = phrase("name in the file")
_PATH_TYPES = phrase("new fields that are asked for (pathType)")

STATEMENTS = (
    Statement(
        18,
        phrase("The example is the one in the folder url-mapping."),
        (
            Check(
                "07", "create", printed(r"^(ingress\S+/url-mapping) (\w+)$"),
                {"ingress.networking.k8s.io/url-mapping": "created"},
            ),
            Check(
                "07", "r1-compare", rows,
                {
                    "http://abc.sample.com/": "helloworld-svc", "http://abc.sample.com/apl2": "nginx-svc",
                    "http://xyz.sample.com/": "java-svc",
                },
                what=phrase("Service that answered"),
            ),
        ),
    ),
    Statement(
        19,
        phrase(
            "In the old ingress.yml the apiVersion and the names of some fields are changed, and the old lines stay as "
            "comments."
        ),
        (
            Check("08", "r1-compare", rows, {"the book's manifest": "no matches for kind"}),
            Check("08", "r2-compare", rows, {"unknown fields": "6"}),
            Check(
                "08", "r3-manifest", printed(r"^(apiVersion|ingressClassName|pathType): .*# (.*)$"),
                {"apiVersion": "apiVersion: extensions/v1beta1"},
                what=phrase("old line beside the new one"),
            ),
            Check(
                "08", "r2-lenient", counted("pathType: Required value", _PATH_TYPES), {_PATH_TYPES: "0"},
                {
                    "3": phrase(
                        "Other names are not enough: pathType is a new field, and required for each of the three paths."
                    )
                },
            ),
            Check(
                "08", "r3-run", rows, {"http://abc.book.example.com/apl2": "nginx-svc"},
                what=phrase("Service that answered"),
            ),
        ),
    ),
    Statement(
        20,
        phrase("The names that the Ingress holds are written into /etc/hosts."),
        (
            Check("06", "r1-hosts", printed(r"^[0-9a-fA-F.:]+ (\S+\.example\.com)$", _NAME), {_NAME: ANY}),
            Check(
                "07", "r1-run", printed(r'"service": "(java-svc)"', _WITHOUT), {_WITHOUT: phrase("no answer")},
                {
                    "java-svc": phrase(
                        "Not needed: the same host was reached without such a line. A browser needs it."
                    )
                },
            ),
        ),
    ),
)  # fmt: skip
