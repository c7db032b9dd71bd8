"""The part of admission that objects configure: policies and webhooks, each mutating and validating.

`Chain` runs them in kube-apiserver's order, around the built-in plugins and the validation of
`loopkube.api.admission`. Read in this order: attributes (one request as admission sees it), matching (rules and
selectors, which policies and webhooks share), match_conditions, stage (what the chain is made of), chain, permissions
(what expressions ask), order (the chain of a cluster).

A stage is a plain function of the attributes. One that has to wait for somebody outside does so through
`Outside.wait`; one that computes for long asks `kinds.shared.patience.go_on`, and is then run again in a thread.
"""
