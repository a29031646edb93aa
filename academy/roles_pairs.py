"""Who may do what with a master and an apprentice: one function a question, each answering with a reason."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.models import Pair, PairReward, PairSignature
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from craft_site.people.models import Employer, Worker

Side = PairSignature.Role


def can_keep_rules(user: Any) -> Decision:
    """Make and change the rules of pairs."""
    return ALLOWED if user.has_role(roles.ORGANISER) else refused(_("Only an organiser keeps the rules."))


def can_propose(user: Any, employer: Employer | None) -> Decision:
    """The office; the union above the firm; the firm's own contact for its people."""
    if user.has_role(roles.ORGANISER) or _of_union(user, employer) or _of_firm(user, employer):
        return ALLOWED
    return refused(_("Pairs are proposed by the office, the firm's union or the firm of the apprentice."))


def can_look_after(user: Any, pair: Pair) -> Decision:
    """Begin, evaluate, extend and end a pair: the office and the union above the firm; nobody in their own pair."""
    if user.pk in people_of(pair):
        return refused(_("Nobody decides about their own pair."))
    if user.has_role(roles.ORGANISER) or _of_union(user, pair.employer):
        return ALLOWED
    return refused(_("Pairs are looked after by the office and the union of the firm."))


def can_decline(user: Any, pair: Pair) -> Decision:
    """While it is a proposal: everybody who would sign it."""
    if user.pk in people_of(pair) or _of_firm(user, pair.employer):
        return ALLOWED
    return can_look_after(user, pair)


def side_of(user: Any, pair: Pair) -> str:
    """As whom this person may sign, "" for nobody. Whoever is a party signs as that and as nothing else. For the union
    a reviewer of the firm's own union signs, where a firm has none the office; a union without an account signs on
    paper, which the office enters (`can_enter_paper`)."""
    if pair.apprentice.user_id == user.pk:
        return str(Side.APPRENTICE)
    if pair.mentor.user_id == user.pk:
        return str(Side.MENTOR)
    if _of_firm(user, pair.employer):
        return str(Side.EMPLOYER)
    own = pair.employer.union_id
    if (
        user.has_role(roles.ORGANISER)
        if own is None
        else user.has_role(roles.REVIEWER) and user.union_id == own
    ):
        return str(Side.UNION)
    return ""


def can_sign(user: Any, pair: Pair, side: str) -> Decision:
    return ALLOWED if side_of(user, pair) == side else refused(_("This signature is somebody else's."))


def can_enter_paper(user: Any, pair: Pair) -> Decision:
    """Enter a signature that stands on paper: the office, for other people's sheets."""
    if user.has_role(roles.ORGANISER) and user.pk not in people_of(pair):
        return ALLOWED
    return refused(_("Signatures on paper are entered by the office."))


def can_write_log(user: Any, pair: Pair) -> Decision:
    mine = pair.apprentice.user_id == user.pk
    return ALLOWED if mine else refused(_("The apprentice writes the log."))


def can_teach(user: Any, pair: Pair) -> Decision:
    """Comment on the log, add skills, confirm what is learnt."""
    return ALLOWED if pair.mentor.user_id == user.pk else refused(_("This is the master's to do."))


def can_agree_to_be_named(user: Any, pair: Pair) -> Decision:
    """Each of the two for themselves."""
    mine = user.pk in people_of(pair)
    return ALLOWED if mine else refused(_("Each agrees for themselves."))


def can_propose_reward(user: Any, pair: Pair) -> Decision:
    return can_look_after(user, pair)


def can_decide_reward(user: Any, reward: PairReward) -> Decision:
    """An organiser who did not propose it and does not earn it."""
    if reward.proposed_by_id == user.pk:
        return refused(_("Whoever proposed a reward does not decide on it."))
    if user.pk in people_of(reward.pair):
        return refused(_("Nobody decides about their own pair."))
    return ALLOWED if user.has_role(roles.ORGANISER) else refused(_("Only organisers decide on rewards."))


def can_pay_reward(user: Any, reward: PairReward) -> Decision:
    """Mark a reward as paid: a finance officer whom it does not concern."""
    if user.pk in people_of(reward.pair):
        return refused(_("Nobody decides about their own pair."))
    return ALLOWED if user.has_role(roles.FINANCE) else refused(_("Only finance officers pay rewards."))


def can_confirm_reward(user: Any, reward: PairReward) -> Decision:
    """Confirm that it was paid: another finance officer, or an organiser; never who marked it, nor who earns it."""
    if reward.marked_by_id == user.pk:
        return refused(_("Whoever marked a reward as paid does not confirm it: a colleague does."))
    return can_take_back_mark(user, reward)


def can_take_back_mark(user: Any, reward: PairReward) -> Decision:
    """Say that it was not paid after all: finance and the office, whoever marked it too."""
    if user.pk in people_of(reward.pair):
        return refused(_("Nobody decides about their own pair."))
    if user.has_role(roles.FINANCE, roles.ORGANISER):
        return ALLOWED
    return refused(_("Only finance officers and organisers confirm payments."))


def people_of(pair: Pair) -> set[int]:
    """Accounts of the two people."""
    both: tuple[Worker, Worker] = (pair.mentor, pair.apprentice)
    return {one.user_id for one in both if one.user_id is not None}


def _of_firm(user: Any, employer: Employer | None) -> bool:
    return employer is not None and user.has_role(roles.EMPLOYER) and user.employer_id == employer.pk


def _of_union(user: Any, employer: Employer | None) -> bool:
    if employer is None or employer.union is None or not user.has_role(roles.REVIEWER):
        return False
    return user.union_id in {union.pk for union in employer.union.chain()}
