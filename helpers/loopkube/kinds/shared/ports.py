"""What the ports of containers, Services and endpoints share."""

PROTOCOLS = ("SCTP", "TCP", "UDP")
