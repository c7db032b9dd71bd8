"""Expressions as the event loop can bear them: compiled off the loop at first, evaluated for a moment only.

What takes longer on a loop is begun again in a thread (`loopkube.api.aside`); what takes too long there ends as an
expression ends whose cost exceeds its limit.
"""

import asyncio
import time
from collections.abc import Mapping

from loopkube.kinds.shared.patience import Impatient, go_on
from loopkube.shared.cel import environment
from loopkube.shared.cel.compiler import Program, compile_expression
from loopkube.shared.cel.messages import Types
from loopkube.shared.cel.meter import Meter
from loopkube.shared.cel.values import CostExceeded

PER_CALL = 1_000_000
"""What one expression may cost, as on a kube-apiserver (apis/cel/config.go)."""
PER_REQUEST = 10_000_000
PER_MATCH_CONDITIONS = 2_500_000
LONGEST_SECONDS = 4.0
"""Of one expression in a thread: a million steps take about one."""


def compiled(text: str, variables: Mapping[str, str], types: Types | None = None, *, patches: bool = False) -> Program:
    """The expression. Raises CompileError, and Impatient where a loop would have to wait for the library."""
    if asyncio._get_running_loop():
        if not environment.is_loaded():
            raise Impatient
        go_on()
    return compile_expression(text, variables, types, patches=patches)


def meter(limit: int = PER_CALL) -> Meter:
    """For one evaluation."""
    if asyncio._get_running_loop():
        return Meter(limit, go_on)
    ends = time.thread_time() + LONGEST_SECONDS

    def look() -> None:
        if time.thread_time() > ends:
            raise CostExceeded

    return Meter(limit, look)
