"""Leads the names of `corp.example` to the loopback interface, where the gateways of the tests are."""

import socket

ask = socket.getaddrinfo


def answer(host, *others, **named):
    name = host.decode() if isinstance(host, bytes) else host
    here = isinstance(name, str) and name.endswith(".corp.example")
    return ask("127.0.0.1" if here else host, *others, **named)


socket.getaddrinfo = answer
