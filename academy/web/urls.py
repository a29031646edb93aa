"""The three faces of the wing; each subject brings its own addresses."""

from django.urls import URLPattern

from academy.web.desk import (
    claim,
    claims,
    lineage,
    overview,
    pair_new,
    pair_rewards,
    pair_schemes,
    pair_steps,
    pairs,
    payment_files,
    payments,
    postings,
    reward_payment,
    rounds,
    subsidies,
    subsidy_books,
    subsidy_edit,
    subsidy_lots,
    subsidy_rules,
    training,
    training_plan,
)
from academy.web.me import attend, claim_flow, courses, pair_logs, teaching
from academy.web.me import claims as my_claims
from academy.web.me import home as my_academy
from academy.web.me import pairs as my_pairs
from academy.web.me import round_wishes as my_round_wishes
from academy.web.me import rounds as my_rounds
from academy.web.public import classes as public_classes
from academy.web.public import lineage as public_lineage
from academy.web.public import subsidies as public_subsidies

desk: list[URLPattern] = [
    *overview.urlpatterns,
    *training_plan.urlpatterns,
    *training.urlpatterns,
    *pair_new.urlpatterns,
    *pairs.urlpatterns,
    *pair_steps.urlpatterns,
    *pair_rewards.urlpatterns,
    *reward_payment.urlpatterns,
    *pair_schemes.urlpatterns,
    *rounds.urlpatterns,
    *lineage.urlpatterns,
    *claims.urlpatterns,
    *claim.urlpatterns,
    *subsidy_books.urlpatterns,
    *subsidy_edit.urlpatterns,
    *subsidy_rules.urlpatterns,
    *subsidies.urlpatterns,
    *subsidy_lots.urlpatterns,
    *postings.urlpatterns,
    *payment_files.urlpatterns,
    *payments.urlpatterns,
]
me: list[URLPattern] = [
    *courses.urlpatterns,
    *attend.urlpatterns,
    *teaching.urlpatterns,
    *my_claims.urlpatterns,
    *claim_flow.urlpatterns,
    *my_pairs.urlpatterns,
    *pair_logs.urlpatterns,
    *my_rounds.urlpatterns,
    *my_round_wishes.urlpatterns,
    *my_academy.urlpatterns,
]
public: list[URLPattern] = [
    *public_classes.urlpatterns,
    *public_lineage.urlpatterns,
    *public_subsidies.urlpatterns,
]
