"""What comes back: reports as mail servers write them (RFC 3464, RFC 5965), and a mailbox on a server (IMAP) to find them in."""

import re
import socketserver
import threading

OURS = "localhost"  # the host of settings.URL


def dsn(
    mail, *, to=None, action="failed", status="5.1.1", said="smtp; 550 5.1.1 no such user", key="dsn-1", whole=True
):
    """A delivery status notification about the mail."""
    to = to or mail.address
    returned = f"Message-ID: <{mail.pk}@{OURS}>\r\nSubject: =?utf-8?q?Fallsensorer?=\r\nTo: {to}\r\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        f"From: MAILER-DAEMON@mail.example\r\nTo: arenan@example.org\r\nMessage-ID: <{key}@mail.example>\r\n"
        'Subject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {said}\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{returned}\r\nText\r\n--b--\r\n"
    ).encode()


def arf(mail, *, sort="abuse", to="", key="arf-1"):
    """A complaint, as a mailbox provider's feedback loop sends it; most of them leave the reader's address out."""
    recipient = f"Original-Rcpt-To: {to}\r\n" if to else ""
    return (
        f"From: feedback@mailbox.example\r\nMessage-ID: <{key}@mailbox.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n"
        f"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {sort}\r\nUser-Agent: x/1\r\nVersion: 1\r\n{recipient}\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{mail.pk}@{OURS}>\r\nSubject: x\r\n\r\nText\r\n--b--\r\n"
    ).encode()


class Mailbox:
    """An IMAP server with one folder. `messages`: {number: [bytes, set of flags]}."""

    def __init__(self, *messages, password="secret"):
        self.messages = {number: [words, set()] for number, words in enumerate(messages, start=1)}
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, words):
                self.wfile.write(words.encode() if isinstance(words, str) else words)

            def handle(self):
                self.say("* OK ready\r\n")
                while line := self.rfile.readline().decode().strip():
                    tag, _space, command = line.partition(" ")
                    self.say(f"{tag} {box.answer(self, command, password)}\r\n")
                    if command.upper() == "LOGOUT":
                        return

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request, client_address):
                pass  # a client that hung up

        self.server = Server(("127.0.0.1", 0), Talk)
        self.url = f"imap://bounces:secret@127.0.0.1:{self.server.server_address[1]}/INBOX"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, line, command, password):
        if command.upper() == "CAPABILITY":
            line.say("* CAPABILITY IMAP4rev1\r\n")
        elif command.startswith("LOGIN"):
            return "OK done" if password in command else "NO wrong password"
        elif command.startswith("SELECT"):
            line.say(f"* {len(self.messages)} EXISTS\r\n")
        elif "SEARCH" in command:
            unseen = [str(number) for number, (_words, flags) in self.messages.items() if not flags]
            line.say(f"* SEARCH {' '.join(unseen)}\r\n")
        elif found := re.match(r"UID FETCH (\d+) .*<0\.(\d+)>", command):
            words = self.messages[int(found[1])][0][: int(found[2])]
            line.say(f"* {found[1]} FETCH (UID {found[1]} BODY[]<0> {{{len(words)}}}\r\n".encode() + words + b")\r\n")
        elif found := re.match(r"UID STORE (\d+) \+FLAGS \(?(\\\w+)", command):
            self.messages[int(found[1])][1].add(found[2])
        elif command.startswith("EXPUNGE"):
            self.messages = {number: each for number, each in self.messages.items() if "\\Deleted" not in each[1]}
        elif command.upper() == "LOGOUT":
            line.say("* BYE\r\n")
        return "OK done"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
