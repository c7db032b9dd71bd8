"""What Traefik 3.7 makes of Ingresses: its reading, as a pure function of the objects and of its flags.

Belongs here: the rules of this one controller, each from its source or measured, and compared with the real program
by tests/flows/test_traefik_reading.py. Does not belong here: the API's rules (`ingress_lab.ingress.rules`), and words
for readers (`labtools.explain`).

Traefik turns each claim of an Ingress into a router: a rule text (`Host("a.com") && PathPrefix("/")`), a service, and
middlewares such as a redirect. It tries the routers in the order of their rules' lengths, longest first.

Read in this order: `objects` and `ingress_paths` (what both readings are made of),
`ingress_lab.ingress.controller_flags` (what the controller was told), `request` (a URL as Traefik
sees it), `router` (rule texts and what they match), `own` and `nginx` (from Ingresses to routers, for each of its two
providers; `annotations`, `nginx_hosts` and `nginx_backends` belong to the second), `rewriting`, `reading` (who wins).
`goregexp` serves them.

Where Traefik may be asked, it is: `asking` (its API), `asked` (its routers, and the reading corrected by them),
`rule` (rule texts as it tells them). Elsewhere the reading stands alone.
"""
