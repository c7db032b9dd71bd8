"""Why a URL gets the answer it gets: the API's reading, the controller's reading, and what was seen.

Belongs here: comparing the readings, walking the chain rule → Service → port → EndpointSlice → Pod, and naming its
first broken link with a command that fixes it. Does not belong here: how Traefik reads Ingresses
(`labtools.traefik`), the API's precedence itself (`ingress_lab.ingress.rules`), drawing (`ingress_lab.pictures`).

Read in this order: `explain` (the steps), `findings` (both readings), `verdicts` (each rule and why it won or lost),
`direct` (a Pod asked without the controller), `answerer` (who wrote the answer), `secrets`, `served` (the
certificate), `unread` (annotations that are passed over), `chain` (the links), `faults`, `fault`, `passed_over`,
`protocol`, `remedies`, `remedies_pods`, `remedies_slices` and `pods` (what is broken), `rows`, `sentences` and
`explanation` (what a reader sees); `routes` (the same for a URL at a Gateway).
"""
