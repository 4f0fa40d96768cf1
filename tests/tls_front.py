"""Clients that speak TLS for the tests, each with its certificate or with none.

`tls_front.py PORT FOLDER` listens on a port of 127.0.0.1 for each `*.crt.pem` in the folder but
`server.crt.pem`, whose key is the `*.key.pem` beside it, and on one for a client without a
certificate. What connects there goes on to PORT over TLS. It prints the ports as one line of JSON, by
the SHA-256 of the certificate, `""` for none, and ends when its standard input does.
"""

import hashlib
import json
import socket
import ssl
import sys
import threading
from pathlib import Path

PATIENCE = 15  # seconds


def pour(source, drain):
    try:
        while data := source.recv(65536):
            drain.sendall(data)
        drain.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def head(client):
    """A request without a body, which is all that examples send."""
    read = b""
    while b"\r\n\r\n" not in read and (data := client.recv(65536)):
        read += data
    return read


def connect(client, port, context):
    try:
        plain = socket.create_connection(("127.0.0.1", port), PATIENCE)
        with client, context.wrap_socket(plain, server_hostname="localhost") as server:
            client.settimeout(PATIENCE)
            server.sendall(head(client))
            pour(server, client)
    except OSError:
        pass


def listen(port, context):
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            client, _ = listener.accept()
            threading.Thread(target=connect, args=(client, port, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def main(port, folder):
    def context():
        return ssl.create_default_context(cafile=folder / "server.crt.pem")

    ports = {"": listen(port, context())}
    for certificate in sorted(folder.glob("*.crt.pem")):
        if certificate.name == "server.crt.pem":
            continue
        showing = context()
        key = certificate.with_name(certificate.name.replace(".crt.", ".key."))
        showing.load_cert_chain(certificate, key)
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        ports[hashlib.sha256(der).hexdigest()] = listen(port, showing)
    print(json.dumps(ports), flush=True)
    sys.stdin.read()


main(int(sys.argv[1]), Path(sys.argv[2]))
