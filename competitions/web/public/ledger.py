"""The ledger as everybody may see it: how long it is, what was signed, and whether a receipt is still in it."""

import unicodedata
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.core.validators import RegexValidator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from competitions.models import Event
from craft_site.kit.access import public
from craft_site.ledger import anchors, checkpoints, keys, merkle, receipts, suites
from craft_site.ledger.models import Chain, Checkpoint, chain_of, slug_of

PAGE = 50
TEXT = "text/plain; charset=utf-8"


def _events() -> list[Event]:
    """Events that the public may know of, the newest first."""
    return list(Event.objects.published().select_related("competition"))


def _known(slug: str) -> tuple[Event, Chain]:
    """The event and the ledger of an address such as event.mould-2024. Raises Http404."""
    chain = get_object_or_404(Chain, name=chain_of(slug))
    event = get_object_or_404(
        Event.objects.published().select_related("competition"), code=chain.name.removeprefix("event:")
    )
    if event.chain != chain.name:
        raise Http404
    return event, chain


@public
def index(request: HttpRequest) -> HttpResponse:
    """The ledgers of all events, with what was signed last."""
    newest = Checkpoint.objects.filter(chain=OuterRef("pk")).order_by("-size")
    chains = {
        chain.name: chain
        for chain in Chain.objects.filter(name__startswith="event:").annotate(
            signed=Subquery(newest.values("size")[:1]), signed_at=Subquery(newest.values("at")[:1])
        )
    }
    rows = [{"event": event, "chain": chains[event.chain]} for event in _events() if event.chain in chains]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    signers = list(keys.public_keys().values())
    return render(request, "ledger/index.html", {"rows": page, "page_obj": page, "keys": signers})


@public
@never_cache
def chain_page(request: HttpRequest, chain: str) -> HttpResponse:
    """One event's ledger: its length, its checkpoints, the key, and how to check all of it."""
    event, found = _known(chain)
    page = Paginator(found.checkpoints.order_by("-size"), PAGE).get_page(request.GET.get("page"))
    newest = checkpoints.latest(found.name)
    earlier = found.checkpoints.order_by("size").first()
    return render(
        request,
        "ledger/chain.html",
        {
            "event": event,
            "chain": found,
            "newest": newest,
            "page_obj": page,
            "key": keys.public_keys().get(newest.key_id) if newest else None,
            "unsigned": found.length - (newest.size if newest else 0),
            "first": earlier if newest and earlier != newest else None,
        },
    )


@public
def note(request: HttpRequest, chain: str, name: str) -> HttpResponse:
    """A signed note as text. Normally its file answers before this view is asked (kit.published)."""
    found = Checkpoint.objects.filter(chain__name=chain_of(chain))
    if name != anchors.NEWEST:
        found = found.filter(size=int(name) if name.isascii() and name.isdigit() and len(name) < 10 else -1)
    signed = found.order_by("-size").first()
    if signed is None:
        raise Http404
    return HttpResponse(signed.note, content_type=TEXT)


@public
def key_list(request: HttpRequest) -> HttpResponse:
    """The public keys as text. Normally their file answers."""
    return HttpResponse(anchors.key_list(), content_type=TEXT)


class TwoSizes(forms.Form):
    old = forms.IntegerField(min_value=0, max_value=10**9)
    new = forms.IntegerField(min_value=0, max_value=10**9)


@public
@never_cache
def consistency(request: HttpRequest, chain: str) -> HttpResponse:
    """The proof that a later checkpoint only adds lines to an earlier one: ?old=800&new=1207, as JSON."""
    _event, found = _known(chain)
    form = TwoSizes(request.GET)
    if not form.is_valid():
        raise Http404
    signed = {
        one.size: one
        for one in found.checkpoints.filter(size__in=(form.cleaned_data["old"], form.cleaned_data["new"]))
    }
    old, new = signed.get(form.cleaned_data["old"]), signed.get(form.cleaned_data["new"])
    if old is None or new is None or old.size > new.size or old.suite != new.suite:
        raise Http404
    suite = suites.suite(new.suite)
    proof = merkle.consistency_proof(
        old.size, checkpoints.leaves(found, new.size, suite=suite), digest=suite.digest
    )
    return JsonResponse(
        {
            "suite": new.suite,
            "old": {"size": old.size, "root": old.root, "checkpoint": old.note},
            "new": {"size": new.size, "root": new.root, "checkpoint": new.note},
            "proof": [step.hex() for step in proof],
        }
    )


# --- receipts -------------------------------------------------------------------------------------------------------


class PlainCharField(forms.CharField):
    """Signs of full width, as a Chinese keyboard types them, are read as the plain ones that they mean."""

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", super().to_python(value) or "").strip()


class ReceiptForm(forms.Form):
    """event: its code; seq: "1207" or "#1207"; code: six signs."""

    event = forms.ChoiceField(label=gettext_lazy("Event"))
    seq = PlainCharField(
        label=gettext_lazy("Line number"),
        max_length=12,
        help_text=gettext_lazy("Behind the # on the screen or the sheet, e.g. 1207"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        validators=[
            RegexValidator(
                r"^\s*#?\s*0*[1-9][0-9]{0,8}\s*$", gettext_lazy("The number consists of digits, e.g. 1207.")
            )
        ],
    )
    code = PlainCharField(
        label=gettext_lazy("Check code"),
        max_length=12,
        help_text=gettext_lazy("Six signs, digits and letters from A to F, e.g. 3FA94C"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        validators=[
            RegexValidator(
                r"^\s*[0-9A-Fa-f]{6}\s*$",
                gettext_lazy("The code has six signs: digits and letters from A to F."),
            )
        ],
    )

    def __init__(self, *args: Any, events: list[Event], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Choose the event")),
            *((event.code, f"{event.competition} · {event}") for event in events),
        ]

    def clean_seq(self) -> int:
        return int(self.cleaned_data["seq"].strip().lstrip("#"))


@public
@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """Whether the ledger holds a receipt. The form goes by GET: an answer has an address and changes nothing."""
    events = _events()
    asked = {"seq", "code"} & set(request.GET)
    form = ReceiptForm(
        request.GET if asked else None, events=events, initial={"event": request.GET.get("event", "")}
    )
    found: receipts.Receipt | None = None
    event: Event | None = None
    chain: Chain | None = None
    if asked and form.is_valid():
        event = next(one for one in events if one.code == form.cleaned_data["event"])
        chain = Chain.objects.filter(name=event.chain).first() or Chain(name=event.chain)
        found = receipts.look_up(chain, form.cleaned_data["seq"], form.cleaned_data["code"])
    context: dict[str, Any] = {"form": form, "found": found, "event": event, "chain": chain}
    if found and event and found.checkpoint:
        query = f"event={event.code}&seq={found.seq}&code={receipts.code_of(found.line_hash)}"
        context["file_url"] = f"{reverse('receipts:proof')}?{query}"
    return render(request, "ledger/receipts.html", context, status=422 if form.errors else 200)


@public
@never_cache
def proof_file(request: HttpRequest) -> HttpResponse:
    """The proof of a receipt as a file, for whoever wants to check it without this site."""
    form = ReceiptForm(request.GET, events=_events())
    if not form.is_valid():
        raise Http404
    chain = get_object_or_404(Chain, name=f"event:{form.cleaned_data['event']}")
    found = receipts.look_up(chain, form.cleaned_data["seq"], form.cleaned_data["code"])
    if found.checkpoint is None:
        raise Http404
    answer = JsonResponse(found.facts(), json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="receipt-{slug_of(chain.name)}-{found.seq}.json"'
    return answer


urlpatterns = [
    path("", index, name="index"),
    path("keys/", key_list, name="keys"),
    path("<str:chain>/", chain_page, name="chain"),
    path("<str:chain>/consistency/", consistency, name="consistency"),
    path("<str:chain>/<str:name>", note, name="note"),
]
receipt_urlpatterns = [path("", look_up, name="look_up"), path("proof/", proof_file, name="proof")]
