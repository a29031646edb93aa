"""Five faces: the public, /me/, /judge/, /desk/ and /admin/. Every view says who may come in (kit.access)."""

from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from academy.web import urls as academy
from competitions.web import urls as competitions
from craft_site.credentials import urls as credentials
from craft_site.home import me, way
from craft_site.home import views as home
from craft_site.home.scorecard.web import urls as scorecard
from craft_site.jobs import views as jobs
from craft_site.kit.access import public, signed_in
from craft_site.people import urls as people
from craft_site.people.web import register, sign_in
from craft_site.search.web import urls as search
from honours.web import urls as honours

urlpatterns = [
    path("sign-in/", public(sign_in.SignIn.as_view()), name="login"),
    path("sign-out/", signed_in(auth.LogoutView.as_view()), name="logout"),
    path("password/", signed_in(sign_in.OwnPassword.as_view()), name="password_change"),
    path("password/done/", signed_in(auth.PasswordChangeDoneView.as_view()), name="password_change_done"),
    path("register/", register.register, name="register"),
    path("register/done/", register.registered, name="registered"),
    path("language/", public(set_language), name="set_language"),
    path("display/", home.set_display, name="set_display"),
    path("start/", home.front_door, name="front_door"),
    path("search/", include((search.urlpatterns, "search"))),
    path("jobs/<uuid:uuid>/", jobs.progress, name="job"),
    path(
        "me/",
        include(
            (
                [
                    path("", me.home, name="home"),
                    *competitions.me,
                    *academy.me,
                    *honours.me,
                    *credentials.me,
                    *people.me,
                ],
                "me",
            )
        ),
    ),
    path("judge/", include((competitions.judge, "judge"))),
    path(
        "desk/",
        include(
            (
                [
                    *competitions.desk,
                    *academy.desk,
                    *honours.desk,
                    *scorecard.desk,
                    *credentials.desk,
                    *people.desk,
                ],
                "desk",
            )
        ),
    ),
    path("contests/", include((competitions.public, "contest"))),
    path("training/", include((academy.public, "academy"))),
    path("honours/", include((honours.public, "honours"))),
    path("scorecard/", include((scorecard.public, "scorecard"))),
    path("ledger/", include((competitions.ledger, "ledger"))),
    path("receipts/", include((competitions.receipts, "receipts"))),
    path("verify/", include(([*competitions.verify, *credentials.verify], "verify"))),
    path("", include((credentials.open_to_programs, "credentials"))),
    path("sitemap.xml", public(sitemap), name="sitemap"),
    path("robots.txt", home.robots, name="robots"),
    # Wagtail's own sign-in knows neither mobile numbers nor lock-outs in our words.
    path("admin/login/", public(RedirectView.as_view(pattern_name="login", query_string=True))),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]

if settings.MEDIA_URL.startswith("/"):
    # Public pictures where no nginx stands in front. Originals and documents are never served from here.
    urlpatterns.append(
        re_path(r"^media/(?P<path>images/.+)$", public(serve), {"document_root": settings.MEDIA_ROOT})
    )

urlpatterns += [one for one in wagtail_urls.urlpatterns if one.name != "wagtail_serve"]
urlpatterns.append(re_path(wagtail_urls.serve_pattern, way.page, name="wagtail_serve"))
