"""Why a URL gets its answer by the Gateway API: the listeners, the routes, the rule that takes it, what is broken.

Belongs here: which route is attached to which listener, which of its matches a request meets, by the specification and
by Traefik, and what a person does about a reason in a status. The links behind a rule (Service, port, Pods) are those
of `labtools.explain.chain`.

Read in this order: `gateways` (the objects), `attachment` (routes at listeners), `meeting` (a match, and its order),
`findings` (what is known of a URL), `chain`, `faults` and `backends` (what is broken), `words`, `explanation` (what a
reader sees), `steps` (the explanation).
Source: https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/ and Traefik's pkg/provider/kubernetes/gateway.
"""
