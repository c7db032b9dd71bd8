"""The doctor: what on this machine or cluster stands in the way, why it matters, and the exact command that fixes it.

Read in this order: `finding` (one line of the result), `facts` (all that checks may ask for; tests plant others),
then the checks: `python`, `tools`, `machine`, `network`, `leftovers`, `nodes`, `cluster` (a cluster of the lab) and
`context` (another one, seen by `visit`); `examine` runs them. A check is a small function from a Machine to its
findings. `reader` asks the API of the lab's clusters without the client library, which would take a second to load.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table


def doctor(cluster: str | None = None) -> "Table":
    """Look at this machine and the chosen cluster: a table of what is well, and of what is not with its fix."""
    from ingress_lab.display.tables import table

    from labtools.doctor.examine import examine
    from labtools.doctor.facts import Machine

    findings = examine(Machine.here(cluster))
    rows = [{"check": f.name, "state": f.state, "found": f.found, "why": f.why, "fix": f.fix} for f in findings]
    columns = ["check", "state", "found"] + (["why", "fix"] if any(f.fix for f in findings) else [])
    return table(rows, columns, title="doctor")
