"""This machine: the lab's folders and whose they are, its terminal, Jupyter's folders.

Other programs and the processes that they start belong here, too.
"""
