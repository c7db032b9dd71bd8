"""One real request, followed: where it went, who decided that, and how long each part took.

Belongs here: sending it, and asking those who had it in their hands afterwards. Each hop has a witness: the client's
own clock, the line that Traefik or nginx writes about the request into its access log (chosen address, durations),
Traefik's API (the router's rule and middlewares), the EndpointSlices (whose address that is), and the answer, in which
the application names its Pod. Does not belong here: drawing (`labcore.pictures.journey`), why a URL is routed as it
is (`labtools.explain`).

Read in this order: `tracing` (the steps), `sending`, `from_pod` (another client), `switching` (Traefik's access log is
on for one request), `log_line`, `legs` (from times to parts of the way), `trace` (what a reader sees).
"""
