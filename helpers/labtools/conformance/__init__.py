"""A controller's score by the public features of kubernetes-sigs/ingress-controller-conformance.

Belongs here: the 30 scenarios as tables (`scenarios`, read it first), how requests come to a controller (`senders`),
and asking it all of them (`scoring`).
"""
