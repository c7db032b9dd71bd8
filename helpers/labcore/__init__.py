"""What the notebooks' package and the command `lab` share: languages, errors, this machine, YAML, the API's client.

Belongs here: what both `ingress_lab` and `labtools` need, and nothing that only one of them needs. Imports neither of
them; `clusters` loads the kind of cluster that was chosen by name.
"""
