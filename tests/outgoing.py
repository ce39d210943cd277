"""The machine's resolver and its sockets, watched: for tests of what goes out by `ui.outside`."""

import socket

import pytest


@pytest.fixture
def names(monkeypatch):
    """`names["host"] = [[addresses], ...]`: what the resolver answers, one list a question, the last for good; `asked` counts.

    In place of the machine's resolver, which is not ours. A number is a number, as there.
    """
    real = socket.getaddrinfo

    class Names(dict):
        asked = []

    known = Names()
    known.asked = []

    def resolve(host, port, *more, **options):
        if host not in known:
            try:
                socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
            except OSError:
                raise socket.gaierror(socket.EAI_NONAME, "nobody knows it") from None
            return real(host, port, *more, **options)
        known.asked.append(host)
        answers = known[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in each], socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.fixture
def connects(monkeypatch):
    """Every connection that anything of this process tries to open, and none that is made."""
    tried = []

    class Guarded(socket.socket):
        def connect(self, address):
            tried.append(address[0])
            raise ConnectionRefusedError

        connect_ex = connect

    monkeypatch.setattr(socket, "socket", Guarded)
    return tried
