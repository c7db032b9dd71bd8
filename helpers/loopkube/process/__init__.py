"""The cluster as processes of this machine: its start, its nodes' power, its ports and locks.

Reading order: `launching` (the process from outside), `serve`, `startup`, `control_plane`, `supervised`, `guard`,
`owner`.
"""
