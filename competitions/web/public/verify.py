"""Checking a published result: the page that does it in the browser, and the program that does it anywhere.

The page runs that very program: `engine` is the worker in which a Python made for browsers (docs/proof.md) does so.
"""

import json
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from competitions.models import Release
from competitions.proof.files import VERIFIER, proof_of
from competitions.web.public.results import released
from craft_site.kit.access import public
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.language import colon

PROGRAM = sha256_hex(VERIFIER.read_bytes())
RECENT = 12
PATIENCE = 120  # seconds without a sign of life, after which the browser's Python is given up
ENGINE = "site/vendor/pyodide-314.0.7/"
LARGE = {
    "pyodide.asm.wasm": 9_598_218,
    "python_stdlib.zip": 2_545_637,
}  # what is worth a progress bar, in bytes
# What Python's loader must know of itself; a list of packages would follow, and we use none.
LOCK = {
    "info": {"abi_version": "2026_0", "arch": "wasm32", "platform": "emscripten_5_0_3", "python": "3.14.2"},
    "packages": {},
}


def _words() -> dict[str, Any]:
    """What the page's script says, in the reader's language."""
    return {
        "check": _("Check"),
        "answer": pgettext("check", "Result"),
        "holds": _("Holds"),
        "fails": _("Does not hold"),
        "line": _("line %(n)s"),
        "more": _("%(n)s more"),
        "colon": colon(),
        "checking": _("The proof is being checked…"),
        "fetching": _("The proof is being fetched…"),
        "unreachable": _("The proof cannot be fetched now. Try again, or choose the file."),
        "too_big": _("The file is too big to be a proof."),
        "not_zip": _("This is no sound zip file."),
        "damaged": _("The zip file is damaged: %(name)s in it cannot be unpacked."),
        "no_proof": _("This is no proof of a published result, or one of another format."),
        "patience": PATIENCE,
        "python": _("Python is being loaded (6 MB)…"),
        "computing": _("Every mark, total, rank and award is being computed again…"),
        "no_python": _(
            "The program does not run in this browser. Download it below and run it with Python: it says the same."
        ),
        "bad_receipt": _("A receipt is a number and six signs, like #1207 3FA94C."),
        "bad_key": _("A public key is one line: name, check value and key joined by +. Copy the whole line."),
        "not_begun": _("Nothing was checked yet: correct what is marked above."),
        "too_slow": _(
            "The program takes too long in this browser. Download it below and run it with Python."
        ),
        "full_holds": _("Everything holds: all %(n)s checks of the program, everything computed again."),
        "full_fails": _(
            "Something does not hold. Of the %(n)s checks of the program, those that fail are named below."
        ),
        "program": _("SHA-256 of the program that ran here"),
        "exit_code": _("Exit code of the program"),
        "all_hold": _("The first checks hold: %(release)s."),
        "some_fail": _("Something does not hold. What and where stands below."),
        "lines": _("Ledger lines"),
        "marks": _("Marks in the ledger"),
        "withheld": _("Lines given by their hash only"),
        "signed": _("Last signed"),
        "key": _("Public key; compare it with one that you have from elsewhere"),
        "checks": {
            "manifest": _("Every file is the one that the manifest names"),
            "chain": _("Every ledger line follows from the one before"),
            "complete": _("No line that the result rests on is left out"),
            "tree": _("The signed roots are those of the lines"),
            "signatures": _("The signatures of the ledger are valid"),
            "scheme": _("The scheme is the one that the ledger names"),
            "draws": _("Every draw can be made again"),
            "codes": _("The codes agree with draws and commitments"),
            "sheets": _("What the judges signed is what counts"),
            "release": _("The release is the one that the ledger published"),
            "rows": _("The public list agrees with the release"),
            "recheck": _("The recheck's sample was drawn with the committed secret"),
        },
        "faults": {
            "changed": _("is not what it was"),
            "missing": _("is missing"),
            "breaks": _("does not follow from the line before: changed, removed or moved"),
            "not_published": _("no line publishes this release"),
            "left_out": _("lines are left out"),
            "cut": _("the lines are not as many as were signed"),
            "rewritten": _("the lines are not those that were signed"),
            "invalid": _("the signature is not valid"),
            "unsigned": _("is not signed as it stands"),
            "malformed": _("cannot be read"),
        },
    }


@public
def contest(request: HttpRequest) -> HttpResponse:
    """Choose a proof, or check the one of a result of this site: ?release=mould-2024-v1."""
    release, proof = None, None
    if slug := request.GET.get("release", ""):
        try:
            release = released(slug[:80])
        except Http404:
            release = None
        proof = proof_of(release) if release is not None else None
    recent = Release.objects.select_related("event__competition").order_by("-published_at")[:RECENT]
    return render(
        request,
        "competitions/public/verify.html",
        {
            "release": release,
            "proof": proof,
            "recent": list(recent),
            "program_sha256": PROGRAM,
            "words": _words(),
        },
    )


@public
@never_cache
@csp_replace({"default-src": [NONE], "script-src": [SELF, "'wasm-unsafe-eval'"], "connect-src": [SELF]})
def engine(request: HttpRequest) -> HttpResponse:
    """The worker that runs the program. A worker has the policy of its own address: only here may WebAssembly be
    compiled, and from here nothing but this site can be reached."""
    told = {
        "folder": static(ENGINE),
        "hashes": static("site/verify/hashes.js"),
        "program": reverse("verify:program"),
        "sizes": LARGE,
        "lock": LOCK,
    }
    text = f"const ENGINE = {json.dumps(told)};\n{render_to_string('competitions/public/verify_engine.js')}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@public
def program(request: HttpRequest) -> FileResponse:
    """The one file that checks a proof without this site."""
    return FileResponse(
        VERIFIER.open("rb"),
        filename="verify_contest.py",
        as_attachment=True,
        content_type="text/x-python; charset=utf-8",
    )


urlpatterns = [
    path("contest/", contest, name="contest"),
    path("engine.js", engine, name="engine"),
    path("verify_contest.py", program, name="program"),
]
