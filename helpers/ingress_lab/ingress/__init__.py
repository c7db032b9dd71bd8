"""Services and Ingresses as a lesson reads them: rules, paths, DNS records, balancing.

Waiting until a route is taken in belongs here, too.
"""
