"""The site's footing: page tree, editors' groups and permissions, the check before publication, the indicators of the
scorecard. Safe to repeat."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from academy.pages import AcademyIndexPage
from competitions.pages import CompetitionIndexPage
from craft_site.home.models import HomePage, NewsIndexPage, SiteSettings
from craft_site.home.scorecard.domain.indicators import take_over
from craft_site.home.scorecard.files.shipped import shipped
from craft_site.people import roles
from honours.pages import StoryIndexPage

CHIEF_EDITOR = "chief_editor"  # an editor who publishes; everybody else's pages wait for approval
CHECK = "发布前审核"
TOP = "全站"  # what pages and collections lie below; editors read it in choosers

WRITES = ("add_page", "change_page")
PUBLISHES = (*WRITES, "publish_page", "bulk_delete_page", "lock_page", "unlock_page")
PICTURES = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}
KEPT_RECORDS = {
    "people": ("trade", "union", "employer"),
    "competitions": ("series", "competition", "organiser", "exhibition", "exhibit"),
    "honours": ("storyvideo",),
}


class Tree(NamedTuple):
    home: HomePage
    contests: CompetitionIndexPage
    academies: AcademyIndexPage
    stories: StoryIndexPage
    news: NewsIndexPage


@transaction.atomic
def make_site() -> Tree:
    """Makes what is missing and leaves what editors have changed since."""
    tree = _pages(_root())
    _site(tree.home)
    _groups(tree.home)
    _check_before_publication(tree.home)
    take_over(indicators=shipped())
    return tree


def _root() -> Page:
    if not Locale.objects.exists():
        Locale.objects.create(language_code=settings.LANGUAGE_CODE)
    if Collection.get_first_root_node() is None:
        Collection.add_root(name=TOP)
    Collection.objects.filter(depth=1, name="Root").update(name=TOP)
    Page.objects.filter(depth=1, title="Root").update(title=TOP, draft_title=TOP)
    return Page.get_first_root_node() or Page.add_root(instance=Page(title=TOP, slug="root"))


def _pages(root: Page) -> Tree:
    home = HomePage.objects.first()
    if home is None:
        # Wagtail's first migration leaves a greeting page under the slug that is ours.
        for greeting in root.get_children().filter(slug="home", numchild=0):
            Site.objects.filter(root_page=greeting).delete()
            greeting.delete()
        root.refresh_from_db()
        home = HomePage(
            title="永康工匠",
            title_en="Craftsmen of Yongkang",
            slug="home",
            intro="职工职业技能竞赛：报名、赛程、技术文件与成绩，逐项公开。",
            intro_en="Skills contests of the city: registration, calendar, documents and results, in the open.",
        )
        root.add_child(instance=home)
    contests = CompetitionIndexPage.objects.first()
    if contests is None:
        contests = CompetitionIndexPage(
            title="竞赛",
            title_en="Contests",
            slug="competitions",
            show_in_menus=True,
            intro="每项竞赛一页：通知、赛程、技术文件、公示与成绩。",
            intro_en="One page a contest: notice, calendar, technical document, public notices and results.",
        )
        home.add_child(instance=contests)
    academies = AcademyIndexPage.objects.first()
    if academies is None:
        academies = AcademyIndexPage(
            title="工匠学院",
            title_en="Craftsman academy",
            slug="academy",
            show_in_menus=True,
            intro="培训班报名、名师带徒、学历与技能提升补助。",
            intro_en="Classes to enrol in, masters and apprentices, subsidies for degrees and skills.",
        )
        home.add_child(instance=academies)
    stories = StoryIndexPage.objects.first()
    if stories is None:
        stories = StoryIndexPage(
            title="工匠故事",
            title_en="Stories",
            slug="stories",
            show_in_menus=True,
            intro="一门手艺，一段来路：劳模、工匠和班组的故事，荣誉逐条有据。",
            intro_en="How craftsmen came to their craft; every honour with its year and its document.",
        )
        home.add_child(instance=stories)
    news = NewsIndexPage.objects.first()
    if news is None:
        news = NewsIndexPage(title="动态", title_en="News", slug="news", show_in_menus=True)
        home.add_child(instance=news)
    return Tree(home, contests, academies, stories, news)


def _site(home: HomePage) -> None:
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site.objects.create(
            hostname=address.hostname or "localhost",
            port=port,
            root_page=home,
            is_default_site=True,
            site_name=settings.WAGTAIL_SITE_NAME,
        )
    elif (
        not site.site_name
        or site.root_page_id != home.pk
        or (site.hostname, site.port) != (address.hostname, port)
    ):
        site.hostname, site.port, site.root_page = address.hostname or "localhost", port, home
        site.site_name = site.site_name or settings.WAGTAIL_SITE_NAME
        site.save()
    SiteSettings.objects.get_or_create(
        site=site, defaults={"name": "永康工匠", "name_en": "Craftsmen of Yongkang"}
    )


def _permissions(app_label: str, codenames: Iterable[str]) -> list[Permission]:
    wanted = list(codenames)
    found = list(Permission.objects.filter(content_type__app_label=app_label, codename__in=wanted))
    if missing := set(wanted) - {permission.codename for permission in found}:
        raise LookupError(f"{app_label} has no permissions {sorted(missing)}: run migrate first")
    return found


def _groups(home: HomePage) -> None:
    """Editors write; organisers and chief editors publish. Every role has its group, so that it can be given."""
    Group.objects.filter(name__in=("Editors", "Moderators"), user__isnull=True).delete()
    for name in roles.ALL:
        Group.objects.get_or_create(name=name)
    _grant(roles.EDITOR, home, WRITES, deletes=False)
    _grant(CHIEF_EDITOR, home, PUBLISHES, deletes=True)
    _grant(roles.ORGANISER, home, PUBLISHES, deletes=True)


def _grant(name: str, home: HomePage, on_pages: Iterable[str], *, deletes: bool) -> None:
    group, _made = Group.objects.get_or_create(name=name)
    group.permissions.add(*_permissions("wagtailadmin", ["access_admin"]))
    acts = ("add", "change", "view", "delete") if deletes else ("add", "change", "view")
    for app_label, models in KEPT_RECORDS.items():
        codenames = [f"{act}_{model}" for act in acts for model in models]
        group.permissions.add(*_permissions(app_label, codenames))
    if deletes:
        group.permissions.add(*_permissions("home", ["change_sitesettings"]))
    for permission in _permissions("wagtailcore", on_pages):
        GroupPagePermission.objects.get_or_create(group=group, page=home.page_ptr, permission=permission)
    collection = Collection.get_first_root_node()
    for app_label, wanted in PICTURES.items():
        for permission in _permissions(app_label, wanted):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


def _check_before_publication(home: HomePage) -> None:
    """An editor's page is published by an organiser or a chief editor."""
    workflow, made = Workflow.objects.get_or_create(name=CHECK)
    if made:
        task = GroupApprovalTask.objects.create(name=CHECK)
        task.groups.set(Group.objects.filter(name__in=(roles.ORGANISER, CHIEF_EDITOR)))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    _forget_wagtails_own()
    WorkflowPage.objects.get_or_create(page=home.page_ptr, defaults={"workflow": workflow})


def _forget_wagtails_own() -> None:
    """The workflow that Wagtail's first migration makes belonged to groups that are removed above. Once a page went
    through it, it is only put out of use."""
    for default in Workflow.objects.filter(name="Moderators approval"):
        if default.workflow_states.exists():
            if default.active:
                default.deactivate()
            continue
        tasks = list(default.tasks)
        default.delete()
        for task in tasks:
            if not task.workflow_tasks.exists():
                task.delete()
