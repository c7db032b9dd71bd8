"""Cluster DNS: what CoreDNS is to a cluster. It answers for `cluster.local`, and for addresses of Services and Pods.

Belongs here: names, records, and the messages that carry them. Not here: how a Pod's program asks (`inside_python/`,
`resolver_files.py`).

Read `zone.py` (which records a name has), `answers.py` (a question in, an answer out), `server.py` (UDP and TCP).
"""
