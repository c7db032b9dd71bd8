"""The outline of the log: its headings in their order, each with its statements."""

from labcore.language.messages import phrase

from labtools.report.lab_log import differences, environment, features, mapping, opening
from labtools.report.lab_log.checks import Statement

PARTS: tuple[tuple[str, tuple[Statement, ...]], ...] = (
    ("", opening.STATEMENTS),
    (phrase("Features"), features.STATEMENTS),
    (phrase("How Service and Ingress differ"), differences.STATEMENTS),
    (phrase("Environment (local)"), environment.STATEMENTS),
    (phrase("URL mapping test"), mapping.STATEMENTS),
)
