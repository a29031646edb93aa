"""What a screen may show of a number: the one place that decides how much.

Conservative on purpose. The first six and last four digits of a citizen number leave about 2,000 candidates,
so a number shows its last four at most; a text too short to hide behind four shows nothing. Masked texts are
for people to tell records apart on the desk; a public list names person and employer, and no number at all, but where
two people of one employer share a name.
"""

STAR = "*"
HIDDEN = "******"  # constant length: it tells nothing, not even how long the text is
_SHOWN = 4
_HIDDEN_AT_LEAST = 6


def mask_all(text: str) -> str:
    """Nothing but that there is something."""
    return HIDDEN if text else ""


def mask_id(number: str) -> str:
    """The last four of an identity document ("****002X"); nothing of one shorter than ten characters."""
    return _last_four(number)


def mask_bank(number: str) -> str:
    """The last four digits of a bank account ("****6789"), spaces and hyphens not counted."""
    return _last_four(number.replace(" ", "").replace("-", ""))


def mask_mobile(number: str) -> str:
    """138****1234 for the eleven digits of a mainland mobile; any other number as an identity document."""
    if len(number) == 11 and number.isascii() and number.isdigit():
        return f"{number[:3]}{STAR * 4}{number[-4:]}"
    return _last_four(number)


def mask_name(name: str) -> str:
    """The first character and at most two stars ("张**"); for lists where a whole name is too much."""
    return name[:1] + STAR * min(len(name) - 1, 2) if len(name) > 1 else STAR * len(name)


def mask_certificate(number: str) -> str:
    """The last four of a certificate number: its whole length is what verifies it."""
    return _last_four(number)


def looks_masked(text: str) -> bool:
    """Whether a text came out of this module: what a form must never save back as the real number."""
    return STAR * 4 in text


def _last_four(text: str) -> str:
    if len(text) < _SHOWN + _HIDDEN_AT_LEAST:
        return mask_all(text)
    return STAR * 4 + text[-_SHOWN:]
