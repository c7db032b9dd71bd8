"""The kinds of cluster that `labcore.clusters` chooses from: `local`, `kind` and `context`.

Belongs here: starting and stopping them, and the way in. What every cluster offers is said in `labcore.clusters.base`.
"""
