"""Times as objects hold them."""

from datetime import UTC, datetime

import pytest
from loopkube.api.decoding import leaves
from loopkube.shared.clock import Clock


class _At(Clock):
    def __init__(self, microsecond: int) -> None:
        self._now = datetime(2026, 1, 2, 3, 4, 5, microsecond, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now


@pytest.mark.parametrize(("microsecond", "digits"), [(0, "000000"), (999_999, "999999"), (7, "000007")])
def test_a_stamp_is_in_whole_seconds_and_a_micro_stamp_has_six_digits(microsecond: int, digits: str) -> None:
    clock = _At(microsecond)
    assert (clock.stamp(), clock.micro_stamp()) == ("2026-01-02T03:04:05Z", f"2026-01-02T03:04:05.{digits}Z")


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.9Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z"),
        ("2026-01-01T23:04:05-04:00", "2026-01-02T03:04:05Z"),
    ],
)
def test_a_time_is_stored_in_utc_and_whole_seconds(sent: str, stored: str) -> None:
    assert leaves.time(sent) == stored
