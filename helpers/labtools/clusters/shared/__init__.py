"""What several kinds of cluster, and the tools around them, use: ports, who holds them, does the entry answer.

Belongs here: helpers that are not a kind of cluster; each module beside this folder is one.
"""
