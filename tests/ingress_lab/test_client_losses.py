"""What a client lost, by its log."""

import json
import math

from ingress_lab.display.tables import table
from ingress_lab.http.client_losses import Asked, longest_gap, losses


class Log:
    """Plays the lab: a Pod with this log."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def logs(self, pod: str, tail: int):
        return table([{"pod": pod, "line": line} for line in self.lines], ["pod", "line"])


def line(begin: float, status: int = 200, took: float = 0.1) -> str:
    return json.dumps({"begin": begin, "end": begin + took, "status": status, "pod": "web-1"})


def test_each_request_belongs_to_the_phase_in_which_it_was_sent() -> None:
    log = Log("not yet", line(0.0), line(1.0), line(2.0, 0, took=1.0), line(3.0, 503), line(4.0), line(9.0))
    found = losses(log, "pod/asker", {"before": 0.5, "off": 2.0, "noticed": 4.0})
    assert found.values.tolist() == [["before", 1, 1, 0, 0.1], ["off", 2, 0, 2, 1.1], ["noticed", 2, 2, 0, 5.0]]


def test_a_phase_in_which_nothing_was_asked() -> None:
    assert losses(Log(), "pod/asker", {"before": 0.0}).values.tolist() == [["before", 0, 0, 0, 0.0]]


def test_the_longest_gap_is_between_answers_or_at_an_end() -> None:
    assert longest_gap([Asked(0, 1, 200), Asked(1, 2, 200)]) == 1
    assert longest_gap([Asked(0, 5, 0), Asked(5, 6, 200), Asked(6, 8, 0)]) == 6
    assert longest_gap([Asked(0, 1, 200), Asked(1, 9, 0)]) == 8
    assert math.isclose(longest_gap([Asked(0.0, 0.25, 200)]), 0.2)
