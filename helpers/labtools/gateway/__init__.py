"""Ingresses as HTTPRoutes of the Gateway API, as far as these can say the same; what they cannot is named.

Read in this order: `paths` (path matches and rewriting), `annotations` (what a dialect's words become, or why nothing),
`rules`, `filters`, `backends` and `canaries` (the parts of a route), `options`, `routes` (what a reader gets),
`httproutes` (the conversion).
Source: https://gateway-api.sigs.k8s.io/reference/spec/ (v1).
"""
