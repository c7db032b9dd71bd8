"""Pods and the templates of workloads: their defaults, rules and warnings (pkg/apis/core/validation).

Read `pod_spec` first: it calls `containers` (with `environment`, `mounts`, `probes`, `resources`), `volumes` and
`scheduling`. `pod_diff` prints a Pod's spec as kube-apiserver does in its refusals.
"""
