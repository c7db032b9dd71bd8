"""How long the lab waits for something before it gives up.

Every wait has a deadline of its own, in seconds. INGRESS_LAB_PATIENCE is a factor on all of them (1 without it): more
on a very slow machine or cluster, less where things are known to be missing and nobody wants to wait for them.
"""

import os

from labcore.errors import BadArgument
from labcore.language.messages import phrase

VARIABLE = "INGRESS_LAB_PATIENCE"


def patient(seconds: float) -> float:
    """So many seconds, times INGRESS_LAB_PATIENCE; raises BadArgument where that is not a number above 0."""
    written = os.environ.get(VARIABLE, "") or "1"
    try:
        factor = float(written)
    except ValueError:
        factor = 0.0
    if not 0 < factor < 1000:
        raise BadArgument(
            phrase(
                '{variable}="{written}" is not a number above 0; set one (2 waits twice as long), or unset it',
                variable=VARIABLE,
                written=written,
            )
        )
    return seconds * factor
