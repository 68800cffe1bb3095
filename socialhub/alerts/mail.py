"""A mail with the message id it is given, over SMTP (RFC 5321), and what its server says of it.

Whether a mail was taken is known only from the answer to its last line. A connection lost before that leaves doubt, and
the mail is sent again under the same message id, by which mail programs fold repetitions into one.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from typing import Final

from socialhub.alerts.messenger import Parcel, Report
from socialhub.records import dataclass
from socialhub.text import clean, clip

PATIENCE: Final = 20.0
"""Seconds for one answer of the server."""
_LONGEST_ANSWER: Final = 120


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom, over which server; people are (name, address).

    `security` is "insecure", "starttls" or "ssl".
    """

    host: str
    port: int
    security: str
    user: str
    password: str
    verified: bool
    sender: tuple[str, str]
    recipients: tuple[tuple[str, str], ...]
    copies: tuple[str, ...] = ()
    blind_copies: tuple[str, ...] = ()

    @property
    def addresses(self) -> list[str]:
        """Everybody it is handed to."""
        people = [address for _name, address in self.recipients]
        return list(dict.fromkeys([*people, *self.copies, *self.blind_copies]))


def written(envelope: Envelope, parcel: Parcel) -> EmailMessage:
    """The mail. One about an alert that was told before answers to the first, so that they stand together."""
    domain = envelope.sender[1].rpartition("@")[2] or "socialhub"
    mail = EmailMessage()
    mail["Subject"] = parcel.title
    mail["From"] = formataddr(envelope.sender)
    mail["To"] = ", ".join(map(formataddr, envelope.recipients))
    if envelope.copies:
        mail["Cc"] = ", ".join(envelope.copies)
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<{parcel.message_id}@{domain}>"
    if parcel.thread:
        mail["In-Reply-To"] = mail["References"] = f"<{parcel.thread}@{domain}>"
    if parcel.repeated:
        mail["X-Socialhub-Repeated"] = "yes"
    # Absence notes and ticket systems do not answer to a machine (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parcel.body)
    return mail


def send_mail(envelope: Envelope, parcel: Parcel) -> Report:
    """Hand the mail to its server."""
    host = envelope.host
    try:
        with _connected(envelope, parcel.ca_file) as server:
            return _handed_over(server, envelope, parcel)
    except smtplib.SMTPAuthenticationError:
        return Report("login-failed", {"host": host}, refused=True)
    except smtplib.SMTPResponseException as error:
        return _answer("message-refused", host, error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError:
        return Report("message-refused", {"host": host, "detail": "STARTTLS"}, refused=True)
    except ssl.SSLError:
        return Report("tls", {"host": host})
    except socket.gaierror:
        return Report("unresolved", {"host": host})
    except ConnectionRefusedError:
        return Report("refused", {"host": host})
    except TimeoutError:
        return Report("timeout", {"host": host, "seconds": round(PATIENCE)})
    except (smtplib.SMTPException, OSError):
        return Report("unreachable", {"host": host})


def _connected(envelope: Envelope, ca_file: str) -> smtplib.SMTP:
    """A connection that is encrypted and logged in as the address asks; `ca_file` adds authorities to the system's."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    if not envelope.verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if envelope.security == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(envelope.host, envelope.port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(envelope.host, envelope.port, timeout=PATIENCE)
    try:
        if envelope.security == "starttls":
            server.starttls(context=context)
        if envelope.user and envelope.password:
            server.login(envelope.user, envelope.password)
    except BaseException:
        server.close()
        raise
    return server


def _handed_over(server: smtplib.SMTP, envelope: Envelope, parcel: Parcel) -> Report:
    """Sent; or refused by every recipient; or in doubt, when the connection broke before the server's last word."""
    try:
        server.send_message(written(envelope, parcel), envelope.sender[1], envelope.addresses)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _answer("recipient-refused", envelope.host, code, answer)
    except TimeoutError:
        return Report("timeout", {"host": envelope.host, "seconds": round(PATIENCE)}, doubt=True)
    except (smtplib.SMTPServerDisconnected, ConnectionError):
        return Report("reset", {"host": envelope.host}, doubt=True)
    return Report()


def _answer(code: str, host: str, status: int, answer: bytes | str) -> Report:
    """A refusal in the server's words: for good from 500 on, for now below."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    detail = clip(clean(f"{status} {text}", single_line=True), _LONGEST_ANSWER)
    return Report(code, {"host": host, "detail": detail}, refused=status >= 500)
