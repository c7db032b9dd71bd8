"""`lab load`: requests at a fixed rate, or by so many connections, and what became of each of them.

Belongs here: sending a bounded load to the lab's own entry or an address of this machine, and counting. aiohttp is the
client. Read in this order: `plan` (what may be asked for), `target` (where it goes), `measured` (what was seen),
`sending` (how), `files`.
"""
