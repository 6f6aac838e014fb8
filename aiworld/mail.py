"""Mails have the look of the pages where a reader shows HTML."""

from __future__ import annotations

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string


def with_html(message: EmailMessage) -> EmailMessage:
    """The same words as HTML beside the text, links made clickable."""
    if isinstance(message, EmailMultiAlternatives) and not message.alternatives:
        context = {"subject": message.subject, "body": message.body}
        message.attach_alternative(render_to_string("mail/frame.html", context), "text/html")
    return message
