"""What every part of a cluster may use: quantities, labels, time, Status, addresses, private files, the log, the
cluster file.

Nothing here knows a part of the cluster.
"""
