"""Why a URL gets the answer it gets: the API's reading, the controller's reading, and what was seen.

Belongs here: comparing the readings, walking the chain rule → Service → port → EndpointSlice → Pod, and naming its
first broken link with a command that mends it. Does not belong here: how Traefik reads Ingresses (`traefik`), the
API's precedence itself (`routes`), drawing (`pictures`).

Read in this order: `explain` (the steps), `findings` (both readings), `verdicts` (each rule and why it won or lost),
`direct` (a Pod asked without the controller), `answerer` (who wrote the answer), `secrets`, `served` (the certificate),
`unread` (annotations that are passed over), `chain` (the links), `faults`, `fault`, `passed_over`, `protocol`, `mends`,
`mends_pods`, `mends_slices` and `pods` (what is broken), `rows`, `sentences` and `explanation` (what a reader sees),
`words` and `words_of_faults` (every sentence).
"""
