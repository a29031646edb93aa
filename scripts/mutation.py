"""The last mutation run: its score by module, and whether each reaches the floor. Called by `make mutation`."""

import json
import sys
import tomllib
from pathlib import Path

FLOOR = 90  # per cent of the changes that a test must notice, in every module
NOTICED = (1, 3)  # a test failed, or pytest itself could not go on
ENDLESS = (-24, 24, 36, 152, 255)  # stopped after many times the time that the tests need
MISSED = (0, 5, 33)  # all tests passed, or no test comes there


def main() -> int:
    wanted = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]["only_mutate"]
    below, changes, seconds = [], 0, 0.0
    for module in sorted(wanted):
        path = Path("mutants", f"{module}.meta")
        run = json.loads(path.read_text()) if path.exists() else {}
        codes = run.get("exit_code_by_key", {}).values()
        seconds += sum(run.get("durations_by_key", {}).values())
        endless = sum(code in ENDLESS for code in codes)
        noticed = sum(code in NOTICED for code in codes) + endless
        tried = noticed + sum(code in MISSED for code in codes)
        changes += tried
        score = 100 * noticed / tried if tried else 0.0
        untried = f", {len(codes) - tried} not tried" if len(codes) > tried else ""
        print(f"{module:36} {score:5.1f} %  {noticed} of {tried} noticed, {endless} of them endless{untried}")
        if untried or score < FLOOR:
            below.append(module)
    print(f"{changes} changes, {seconds / 60:.0f} minutes of tests")
    if below:
        print(f"below the floor of {FLOOR} % or not finished: {', '.join(below)}")
    return bool(below)


if __name__ == "__main__":
    sys.exit(main())
