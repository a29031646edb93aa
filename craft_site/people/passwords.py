"""What a password must not be made of: the number that its owner signs in with stands on every list."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from craft_site.kit.encryption import blind_index

OWN_PART = 4  # so many characters besides the number make a password of one's own


class SignInNumberValidator:
    """Refuses the staff number or the mobile number, once or several times over, with a few signs beside it."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None:
            return
        folded = _folded(password)
        for number in (_folded(user.staff_no or ""), self._mobile_in(folded, user)):
            if number and number in folded and len(folded.replace(number, "")) < OWN_PART:
                raise ValidationError(
                    _(
                        "This is your staff number or mobile number. Choose something that nobody can look up."
                    ),
                    code="password_is_number",
                )

    def get_help_text(self) -> str:
        return _("Not your staff number or mobile number.")

    @staticmethod
    def _mobile_in(folded: str, user: Any) -> str:
        """The user's mobile number if it stands in the password. It rests sealed: compared by its index."""
        index = getattr(user, "mobile_index", None)
        for start in range(len(folded) - 10 if index else 0):
            digits = folded[start : start + 11]
            if digits.isdigit() and blind_index(digits, purpose="mobile") == index:
                return digits
        return ""


def _folded(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.casefold())
