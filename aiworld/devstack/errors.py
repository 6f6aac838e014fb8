class StackError(Exception):
    """Something a person has to know or do, said in one line."""


class Interrupted(Exception):
    """Ctrl-C, or a polite request to end."""
