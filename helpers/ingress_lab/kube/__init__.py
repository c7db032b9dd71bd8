"""kubectl's verbs on the notebook's namespace: apply, wait, exec, delete.

The objects that a lesson looks at are read here.
"""
