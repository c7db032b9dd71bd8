"""The cluster as processes of this machine: its start, its nodes' power, its ports and locks.

Reading order: `serve`, `startup`, `control_plane`, `supervised`.
"""
