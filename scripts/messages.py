"""Collects the words of the interface into locale/ and compiles them; with --check it only says what is missing.

Needs gettext's xgettext to collect. The compiled catalogues are kept in the repository, so running the site does not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("zh_Hans", "en")
SKIP = ("tests/", "migrations/")
# Written by hand: what Wagtail's own catalogues leave in English. Nothing is collected into it.
WAGTAIL = tuple(ROOT / "locale/wagtail/zh_Hans/LC_MESSAGES" / name for name in ("django.po", "djangojs.po"))


def catalogue(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def collect(root: Path) -> None:
    """Runs makemessages in a tree. The source says English, so the English catalogue needs no words of its own."""
    for language in LANGUAGES:
        (root / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--no-wrap", "--no-location", "--no-obsolete"]
    for language in LANGUAGES:
        command += ["--locale", language]
    for name in ("tests", "scripts", "var", ".venv"):
        command += ["--ignore", name]
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "", "PYTHONPATH": ""}
    subprocess.run(command, cwd=root, check=True, capture_output=True, env=environ)


def tracked_copy(target: Path) -> None:
    """The Python and HTML files under version control or about to be, and the catalogues as they stand."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    for name in listed:
        wanted = name.endswith((".py", ".html", ".txt", ".po")) and not any(skip in name for skip in SKIP)
        if wanted and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def problems() -> list[str]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        tracked_copy(tree)
        collect(tree)
        for language in LANGUAGES:
            fresh, kept = polib.pofile(catalogue(tree, language)), polib.pofile(catalogue(ROOT, language))
            known = {(e.msgctxt, e.msgid) for e in kept if not e.obsolete}
            found += [
                f"{language}: not collected yet: {e.msgid!r}"
                for e in fresh
                if (e.msgctxt, e.msgid) not in known
            ]
            if language != "en":
                found += [f"{language}: not translated: {e.msgid!r}" for e in kept.untranslated_entries()]
                found += [f"{language}: doubtful: {e.msgid!r}" for e in kept.fuzzy_entries()]
            compiled = catalogue(ROOT, language).with_suffix(".mo")
            if not compiled.exists() or compiled.read_bytes() != kept.to_binary():
                found.append(f"{language}: django.mo is not compiled from django.po (run `make messages`)")
    for path in WAGTAIL:
        if path.with_suffix(".mo").read_bytes() != polib.pofile(path).to_binary():
            found.append(f"wagtail: {path.stem}.mo is not compiled from {path.name} (run `make messages`)")
    return found


def main() -> int:
    if shutil.which("xgettext") is None:
        print("messages: gettext is missing. On Debian: apt-get install gettext")
        return 1 if os.environ.get("CI") == "true" or "--check" not in sys.argv else 0
    if "--check" in sys.argv:
        found = problems()
        print("\n".join(found[:80]) or "messages: complete")
        return 1 if found else 0
    with tempfile.TemporaryDirectory() as folder:  # gettext leaves litter in a tree where it is interrupted
        tracked_copy(Path(folder))
        collect(Path(folder))
        for language in LANGUAGES:
            catalogue(ROOT, language).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(catalogue(Path(folder), language), catalogue(ROOT, language))
    for language in LANGUAGES:
        po = polib.pofile(catalogue(ROOT, language))
        po.save_as_mofile(catalogue(ROOT, language).with_suffix(".mo"))
        print(f"messages: {language}: {len(po.untranslated_entries())} not translated of {len(po)}")
    for path in WAGTAIL:
        polib.pofile(path).save_as_mofile(path.with_suffix(".mo"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
