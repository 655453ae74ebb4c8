"""What a command says when it cannot do what was asked."""

from __future__ import annotations

__all__ = ["Refused"]


class Refused(Exception):
    """The user can mend it: the message, one line, says what and how."""
