"""The parts of a marking scheme by their names, in the reader's language: a sentence that a person reads says no bare
code. An aspect keeps its code beside its name, because judges find it by the code on paper."""

from collections.abc import Iterable

from competitions.scoring.scheme import Scheme
from craft_site.kit.language import in_language, listed


def award_names(scheme: Scheme, *, teams: bool = False) -> dict[str, dict[str, str]]:
    """Award codes to their names in both languages, of the persons' list or of the teams'."""
    composition = scheme.composition
    of_teams = composition.teams.awards if composition.teams else None
    rule = of_teams if teams else composition.awards
    return {tier.code: {"zh": tier.name.zh, "en": tier.name.en} for tier in rule.tiers} if rule else {}


class SchemeNames:
    """Codes to names, read once for many sentences. A code that the scheme does not know stays as it is."""

    def __init__(self, scheme: Scheme | None) -> None:
        self._aspects: dict[str, str] = {}
        self._components: dict[str, str] = {}
        self._awards: dict[str, str] = {}
        self._penalties: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        if scheme is None:
            return
        composition = scheme.composition
        rules = [composition.awards, composition.teams.awards if composition.teams else None]
        self._aspects = {a.code: f"{a.code} {in_language(a.name.zh, a.name.en)}" for a in scheme.aspects()}
        self._components = {c.code: in_language(c.name.zh, c.name.en) for c in composition.components}
        self._awards = {
            t.code: in_language(t.name.zh, t.name.en) for rule in rules if rule for t in rule.tiers
        }
        self._penalties = {rule.code: in_language(rule.zh, rule.en) for rule in scheme.penalties.rules}
        self._keys = {key.text: in_language(key.name.zh, key.name.en) for key in composition.tie_break}

    def aspect(self, code: str) -> str:
        return self._aspects.get(code, code)

    def aspects(self, codes: Iterable[str]) -> str:
        """Several aspects as one list."""
        return listed(map(self.aspect, codes))

    def component(self, code: str) -> str:
        return self._components.get(code, code)

    def award(self, code: str) -> str:
        return self._awards.get(code, code)

    def penalty(self, code: str) -> str:
        return self._penalties.get(code, code)

    def tie_key(self, text: str) -> str:
        """What decides between equals, by the text of its key."""
        return self._keys.get(text, text)

    def part(self, code: str) -> str:
        """A component or an aspect."""
        return self._components.get(code) or self.aspect(code)
