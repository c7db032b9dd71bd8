"""The pictures that explain: a packet's way, layers 4 and 7, a controller's loop, TLS, a request, a diagnosis."""

import itertools

from labcore.language.messages import joined, phrase
from labcore.pictures.card import (
    COLOURS,
    GAP,
    LINE,
    PADDING,
    Box,
    Picture,
    card,
    draw,
    label,
    link,
    picture,
    text_width,
)
from labcore.pictures.decisions import Question, decisions
from labcore.pictures.loop import loop
from labcore.pictures.sequence import Message, sequence


def packet_path(
    host: str = "www.example.com", service: str = "hello-svc", pod: str = "hello-1", node: str = "node"
) -> Picture:
    """The way of a request's packets, with the Service beside it: the controller looks it up, nothing passes it."""
    title = phrase("The way of a request")
    stops = [
        (phrase("client"), f"http://{host}/", COLOURS[0]),
        (phrase("{node}, its port 80", node=node), phrase("layer 4: address and port"), COLOURS[0]),
        (phrase("ingress controller's Pod"), phrase("layer 7: host and path"), COLOURS[1]),
        (phrase("application's Pod"), pod, COLOURS[2]),
    ]
    looked = ("Service", service, phrase("looked up"))
    width = text_width([line for kind, more, _ in stops for line in (kind, more)])
    boxes = [
        Box(16, 40 + n * (2 * LINE + 2 * PADDING + 18), width, (kind, more)) for n, (kind, more, _) in enumerate(stops)
    ]
    beside = Box(16 + width + 34, boxes[2].middle - (3 * LINE + 2 * PADDING - 4) / 2, text_width(list(looked)), looked)
    lines = [f"  {'-> ' if n else ''}{kind} ({more})" for n, (kind, more, _) in enumerate(stops)]
    lines.insert(3, f"     {' - '.join(map(str, looked))}")
    text = joined("\n", [title, *lines])
    drawing = card(max(beside.x + beside.width + 16, 360), boxes[-1].y + boxes[-1].height + 16, title, text)
    for box, (_, _, colour) in zip(boxes, stops, strict=True):
        draw(drawing, box, colour)
    link(drawing, boxes[2], beside, COLOURS[3], dashed=True)
    draw(drawing, beside, COLOURS[3], dashed=True)
    for above, below in itertools.pairwise(boxes):
        drawing.append(
            label(
                "↓", above.x + 24, above.y + above.height + 14 + (below.y - above.y - above.height - GAP) / 2, "lab-ink"
            )
        )
    return picture(drawing, text)


def layers_4_and_7() -> Picture:
    """What a Service and what an Ingress decide by: a connection's address, a request's host and path."""
    parties = (phrase("client"), phrase("proxy"), phrase("Pod"))
    return sequence(
        phrase("Layer 4 and layer 7"),
        parties,
        [
            Message(0, 1, phrase("Service: a connection to an address and port")),
            Message(1, 1, phrase("chooses a Pod for the connection, unread")),
            Message(1, 2, phrase("every request of this connection")),
            Message(0, 1, phrase("Ingress: a connection, then GET /order")),
            Message(1, 1, phrase("reads host and path, chooses for each request")),
            Message(1, 2, phrase("this request, on a connection of its own")),
        ],
    )


def reconcile_loop() -> Picture:
    """What a controller does again and again: watch, compare, change, report."""
    return loop(
        phrase("The loop of a controller"),
        [
            (phrase("watch"), phrase("the API tells of each change")),
            (phrase("compare"), phrase("what is wanted with what there is")),
            (phrase("change"), phrase("routes of the proxy, until both agree")),
            (phrase("report"), phrase("the address into the object's status")),
        ],
        phrase("and again, as long as it runs"),
    )


def tls_handshake(sni: str = "shop.example.com", host: str = "") -> Picture:
    """SNI picks the certificate before a byte of HTTP is read; the Host header picks the route after."""
    return sequence(
        phrase("TLS, then HTTP"),
        (phrase("client"), phrase("controller"), phrase("Pod")),
        [
            Message(0, 1, phrase("ClientHello, readable: SNI {name}", name=sni)),
            Message(1, 1, phrase("SNI picks the certificate")),
            Message(1, 0, phrase("ServerHello, then the certificate, encrypted")),
            Message(0, 0, phrase("checks name, dates and CA")),
            Message(0, 1, phrase("encrypted: GET / with Host: {name}", name=host or sni)),
            Message(1, 1, phrase("TLS ends here; Host and path pick the Service")),
            Message(1, 2, phrase("plain HTTP: GET /, X-Forwarded-Proto: https")),
        ],
    )


def one_request(host: str = "layers.example.com", path: str = "/hello") -> Picture:
    """One HTTP request on the wire: TCP's handshake, the request, the answer, the end."""
    return sequence(
        phrase("One request on the wire"),
        (phrase("client"), phrase("entry")),
        [
            Message(0, 1, phrase("SYN")),
            Message(1, 0, phrase("SYN, ACK")),
            Message(0, 1, phrase("ACK: the connection stands, nothing is asked")),
            Message(0, 1, phrase("GET {path} with Host: {host}", path=path, host=host)),
            Message(1, 0, phrase("HTTP/1.1 200 OK and the body")),
            Message(0, 1, phrase("FIN: the connection ends")),
        ],
    )


def diagnosis() -> Picture:
    """How far a request came, told by its answer, and what is to be looked at then."""
    return decisions(
        phrase("How far did the request come?"),
        [
            Question(
                phrase("Is there an answer by HTTP?"),
                [(phrase("no"), phrase("the controller's Pods, nodes, ports"))],
                phrase("yes"),
            ),
            Question(
                phrase("Did the application write it?"),
                [
                    (phrase("yes, 404"), phrase("its log, and the rewrite")),
                    (phrase("yes, a wrong page"), phrase("all Ingresses with this host")),
                ],
                phrase("no, the controller"),
            ),
            Question(
                phrase("Which status did the controller give?"),
                [
                    ("404", phrase("host, path, class; the controller's rights")),
                    ("503", phrase("EndpointSlice, selector, Pods")),
                    ("502", phrase("the ports of Service and application")),
                    (phrase("308, repeated"), phrase("Location, tls, annotations")),
                    (phrase("500 by a Gateway"), phrase("the status of the route")),
                ],
            ),
        ],
    )
