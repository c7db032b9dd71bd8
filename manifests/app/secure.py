"""app.py, but over TLS: with the certificate and key that CERTIFICATE and KEY name, on port 8443."""

import os
import signal
import ssl
import sys

import app

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.environ["CERTIFICATE"], os.environ["KEY"])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with app.Server(("", 8443), app.Handler) as server:
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()
