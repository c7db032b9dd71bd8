"""The kinds of cluster: each module here (but for `shared`) is one, is named as it, and names its class `CLUSTER`.

Belongs here: starting and stopping them, the way in, and every fact about a kind. What every cluster offers is said in
`labcore.clusters.base`, how they are found in `labcore.clusters.registry`.
"""
