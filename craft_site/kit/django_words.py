"""Messages of Django itself that this site says in its own words.

Django's Chinese catalogue speaks to programmers ("确保该值小于或等于60。"), and it lacks the newer ones altogether.
They stand here only so that `makemessages` finds them: what our catalogue holds goes before Django's. The English
words stay Django's own. tests/kit/test_django_words.py shows that Django still uses each of them.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

SINGLE = (
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid date."),
    _("Null characters are not allowed."),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    _("The two password fields didn’t match."),
    _("Your old password was entered incorrectly. Please enter it again."),
)
COUNTED = (
    ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
        2,
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        2,
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s digit in total.",
        "Ensure that there are no more than %(max)s digits in total.",
        2,
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s decimal place.",
        "Ensure that there are no more than %(max)s decimal places.",
        2,
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        2,
    ),
)
