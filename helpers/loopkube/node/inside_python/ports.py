"""Ports below 1024 where the system does not give them: every socket of a Pod is led to the moved one (low_ports.py).

The program does not see it: it asks for port 80, and is told that it has port 80.
"""

_GIVEN = ("bind", "connect", "connect_ex")
_TOLD = ("getsockname", "getpeername")
_RECEIVED = ("recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into")


def patch(module, low_ports):
    """Patch the class of sockets in a freshly imported `socket`."""
    kind, lowest = module.socket, low_ports.lowest()

    def changed(change, address):
        if type(address) is tuple and len(address) >= 2 and type(address[1]) is int:
            return (*change(address[0], address[1], lowest), *address[2:])
        return address

    def given(function):
        def call(self, address):
            return function(self, changed(low_ports.moved, address))

        return call

    def told(function):
        def call(self):
            return changed(low_ports.named, function(self))

        return call

    def received(function):
        def call(self, *args, **kwargs):
            *data, address = function(self, *args, **kwargs)
            return (*data, changed(low_ports.named, address))

        return call

    def sent_to(function):
        def call(self, data, *rest):
            return function(self, data, *rest[:-1], changed(low_ports.moved, rest[-1]))

        return call

    def sent_message(function):
        def call(self, buffers, ancdata=(), flags=0, address=None):
            return function(self, buffers, ancdata, flags, changed(low_ports.moved, address))

        return call

    makers = (_GIVEN, given), (_TOLD, told), (_RECEIVED, received), (("sendto",), sent_to), (("sendmsg",), sent_message)
    for names, make in makers:
        for name in names:
            if hasattr(kind, name):
                setattr(kind, name, make(getattr(kind, name)))
