"""Listens only after half a second."""

import http.server
import time

time.sleep(0.5)
http.server.ThreadingHTTPServer(("", 8080), http.server.SimpleHTTPRequestHandler).serve_forever()
