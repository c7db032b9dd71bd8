"""Clients ask through the entry while Deployments roll and Pods are deleted: no request fails.

`make bench` has the long form: 30 clients for a minute.
"""

import pytest

from bench.rolling import run


@pytest.mark.long
def test_no_request_fails_while_everything_is_replaced() -> None:
    answers, rolls, deleted = run(seconds=4, clients=10)
    assert rolls >= 1 and deleted >= 1
    assert set(answers) == {"200"}, answers
    assert answers.total() > 100
