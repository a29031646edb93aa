"""PostgreSQL's two roles: the owner migrates, the site adds. What the site's account may do with each table."""

import re
from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from craft_site.ledger import append_only

#: Written by migrations alone.
READ_ONLY = ("django_migrations",)
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def grant(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """Gives `role` what the site needs and takes what it must not have; returns the statements that did it.

    The connected account must own the tables. Run it after each migration: new tables are granted then.
    Raises ValueError for a name that is none, or the owner's own.
    """
    if connection.vendor != "postgresql":
        raise ValueError("only PostgreSQL has roles; on SQLite the triggers do it alone")
    if not _ROLE.fullmatch(role):
        raise ValueError(f"{role!r} is not a role: small letters, digits and _ only")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, rolname = current_user FROM pg_roles WHERE rolname = %s", [role]
        )
        row = cursor.fetchone()
        if row is None:
            raise ValueError(f"there is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '...'")
        if any(row):
            raise ValueError(f"{role} may do everything anyway: the site needs a role of its own")
        statements = list(_statements(role, connection.introspection.table_names(cursor)))
        for statement in statements:
            cursor.execute(statement)
    return statements


def _statements(role: str, there: list[str]) -> Iterator[str]:
    name = f'"{role}"'
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"REVOKE ALL ON SCHEMA public FROM {name}"
    yield f"GRANT USAGE ON SCHEMA public TO {name}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}"
    for table in sorted(set(append_only.tables()) & set(there)):
        yield f'REVOKE ALL ON "{table}" FROM {name}'
        yield f'GRANT SELECT, INSERT ON "{table}" TO {name}'
    for table in sorted(set(READ_ONLY) & set(there)):
        yield f'REVOKE ALL ON "{table}" FROM {name}'
        yield f'GRANT SELECT ON "{table}" TO {name}'
