"""Services and Ingresses as a lesson reads them: rules, paths, balancing.

Waiting until a route is taken in belongs here, too.
"""
