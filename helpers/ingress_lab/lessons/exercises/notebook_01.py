"""Exercise 01.1: a shop that nobody reaches; one fault is at layer 7, one at layer 4."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "layers"
_URL = "http://shop.layers.example.com/"


def reaches_the_shop(lab: "Lab") -> str:
    return first_elsewhere(lab, {_URL: "shop-svc", f"{_URL}basket/7": "shop-svc"})


_SERVICE = """
apiVersion: v1
kind: Service
metadata:
  name: shop-svc
spec:
  selector: {{app: shop}}
  ports:
    - {{name: http, port: 80, targetPort: {target}}}
"""

_INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
spec:
  ingressClassName: {class_name}
  rules:
    - host: shop.layers.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: shop-svc, port: {{number: 80}}}}}}
"""

EXERCISES = (
    Exercise(
        name="01.1",
        missing=reaches_the_shop,
        praise=phrase("the rule has the right host, and the Service the right port."),
        hints=(
            phrase(
                "The connection is made (layer 4), and the entry answers 404 (layer 7): it reads the request, and "
                "finds no rule for it. Compare the host of the Ingress with the host of the URL, letter by letter."
            ),
            phrase(
                "With `shop.layers.example.com` in the Ingress the answer is 502: the rule holds now, but the Pod does "
                'not take the connection. On which port does it listen? `lab.logs("deployment/shop")` tells.'
            ),
            phrase(
                "The Service leads to port 8081 of the Pod; the program listens on 8080, which the container calls "
                "`http`: `targetPort: http`."
            ),
        ),
        solutions=(
            _SERVICE.format(target="http") + "---" + _INGRESS.format(name="shop", class_name="traefik"),
            _SERVICE.format(target="8080") + "---" + _INGRESS.format(name="more", class_name="nginx"),
        ),
    ),
)
