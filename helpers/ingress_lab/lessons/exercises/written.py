"""Ingresses as a solution writes them: YAML that can be read, copied and applied."""

from itertools import groupby


def ingress(name: str, *rules: tuple[str, ...], class_name: str = "traefik", **annotations: str) -> str:
    """Rules are (host, path, service) or (host, path, service, port, path type); `**{key: value}` annotates."""
    said = "".join(f'\n    {key}: "{value}"' for key, value in annotations.items())
    hosts = "".join(_host(host, [rule[1:] for rule in same]) for host, same in groupby(rules, lambda rule: rule[0]))
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}{said and f"{chr(10)}  annotations:{said}"}
spec:
  ingressClassName: {class_name}
  rules:{hosts}
"""


def _host(host: str, paths: list[tuple[str, ...]]) -> str:
    name = f'"{host}"' if host.startswith("*") else host
    return f"\n    - host: {name}\n      http:\n        paths:" + "".join(_path(*path) for path in paths)


def _path(path: str, service: str, port: str = "80", path_type: str = "Prefix") -> str:
    return f"""
          - path: {path}
            pathType: {path_type}
            backend: {{service: {{name: {service}, port: {{number: {port}}}}}}}"""
