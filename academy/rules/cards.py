"""Bank card numbers: digits and their check digit (ISO/IEC 7812, Luhn). No number is kept or shown here."""

SHORTEST, LONGEST = 13, 19


def folded(text: str) -> str:
    """Full-width digits become plain ones; spaces and hyphens go."""
    plain = text.translate({0xFF10 + n: str(n) for n in range(10)})
    return "".join(sign for sign in plain if sign not in " -\u3000\u00a0\t")


def fault(number: str) -> str:
    """What is wrong with a folded number: "digits", "length", "check" or nothing."""
    if not (number.isascii() and number.isdigit()):
        return "digits"
    if not SHORTEST <= len(number) <= LONGEST:
        return "length"
    return "" if luhn(number) % 10 == 0 else "check"


def luhn(number: str) -> int:
    """The sum whose last digit is 0 when the number was copied right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def with_check_digit(body: str) -> str:
    """A body with its check digit, for tests and demonstrations."""
    return body + str(-luhn(body + "0") % 10)
