"""Ingresses written for ingress-nginx, taken to three candidates: what each annotation becomes there, or why nothing.

Belongs here: reading a folder or a cluster, the table of annotations, the three conversions, and what is said of them.
Does not belong here: who answers which request differently, which `replay` shows by asking both.

Read in this order: `table` (annotations.yaml and its verdicts; the sentences are in `reasons`), `found` (one Ingress
for ingress-nginx), `reading` and `from_cluster`, `effects` (what no single annotation says), `guards` (who would be let
in), `plan` (what becomes of each Ingress); then the conversions `to_provider` (with `provider_values`), `to_ingress`
(with `middlewares`, `redirecting`, `companions`, `services`), `to_gateway`, and `migration`; at last what is seen:
`shown`, `as_json`, `writing`.
Source: ingress-nginx controller v1.15.1 (internal/ingress/annotations, rootfs/etc/nginx/template/nginx.tmpl), Traefik
3.7 (pkg/provider/kubernetes), Gateway API 1.5.
"""
