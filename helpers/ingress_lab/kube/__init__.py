"""kubectl's verbs on the notebook's namespace: apply, wait, exec, delete.

What a lesson looks at is read here, as the server prints it.
"""
