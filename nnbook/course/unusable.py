"""The error that whoever reads a teacher's or a student's file raises."""

from __future__ import annotations

__all__ = ["UnusableError"]


class UnusableError(Exception):
    """What was given cannot be read; the message, one line, says what to do."""
