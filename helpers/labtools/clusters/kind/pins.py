"""Every version that the kind cluster is pinned to, in one place; Kubernetes' own stands in loopkube.upstream.version.

Node image: kind's release notes name the images built for a release, with their digests; kind 0.33.0 names this one
for Kubernetes v1.36. v1.36.2, with which kind was recorded for the tests, was never published: it is used where
somebody has built it (`kind build node-image v1.36.2 --image kindest/node:v1.36.2`).
"""

from loopkube.cluster import version

KIND = "0.33.0"
OLDEST_KIND = (0, 27)
KUBERNETES = (version.MAJOR, version.MINOR)
KUBECTL = version.VERSION

NODE_IMAGE = "kindest/node:v1.36.4"
NODE_DIGEST = "sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed"
BUILT_NODE_IMAGE = f"kindest/node:{version.VERSION}"

APPLICATION_IMAGE = "python:3.13-alpine"
TRAEFIK_IMAGE = "traefik:v3.7"
IMAGES = (APPLICATION_IMAGE, TRAEFIK_IMAGE)
"""What the notebooks' Pods run; the same names as in manifests/."""
CARRIED = ("nginx:1.31", "envoyproxy/envoy:v1.40-latest", "caddy:2.11")
"""Of further proxies, such as manifests/controllers/nginx: carried in a folder, and else pulled by the nodes."""

INGRESS_NGINX = "v1.15.1"
"""The last release: ingress-nginx was retired in March 2026 and gets no security fixes. For old material only."""
INGRESS_NGINX_MANIFEST = (
    "https://raw.githubusercontent.com/kubernetes/ingress-nginx/"
    f"controller-{INGRESS_NGINX}/deploy/static/provider/kind/deploy.yaml"
)

CLOUD_PROVIDER_IMAGE = "registry.k8s.io/cloud-provider-kind/cloud-controller-manager:v0.12.0"
