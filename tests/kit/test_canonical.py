"""One value, one spelling: what the ledger hashes must not depend on machine, order or time zone."""

import enum
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craft_site.kit.canonical import CanonicalError, canonical_json, sha256_hex

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(plain)
def test_plain_values_survive_the_journey_through_json(value):
    assert json.loads(canonical_json(value)) == value


def test_keys_are_sorted_and_nothing_is_padded():
    assert canonical_json({"b": 1, "a": [True, None, "永康"]}) == '{"a":[true,null,"永康"],"b":1}'.encode()


def test_order_of_insertion_does_not_matter():
    assert sha256_hex({"a": 1, "b": 2}) == sha256_hex({"b": 2, "a": 1})


def test_keys_sort_by_utf16_units_as_the_rfc_says():
    # U+1F600 is D83D DE00 in UTF-16 and therefore comes before U+FB33 (RFC 8785, 3.2.3, the example).
    assert list(json.loads(canonical_json({"\ufb33": 1, "\U0001f600": 2}))) == ["\U0001f600", "\ufb33"]


def test_control_characters_use_the_short_escapes():
    assert canonical_json('\n\t\x08"\\/\x0f') == rb'"\n\t\b\"\\/\u000f"'


def test_decimals_keep_their_places_and_lose_their_exponent():
    assert canonical_json([Decimal("75.30"), Decimal("1E+2"), Decimal("-0.00")]) == b'["75.30","100","0.00"]'


def test_times_are_utc_with_z_and_constant_width():
    shanghai = timezone(timedelta(hours=8))
    assert canonical_json(datetime(2025, 4, 8, 8, 0, tzinfo=shanghai)) == b'"2025-04-08T00:00:00.000000Z"'
    assert canonical_json(date(2025, 4, 8)) == b'"2025-04-08"'
    assert sha256_hex(datetime(2025, 4, 8, 8, tzinfo=shanghai)) == sha256_hex(
        datetime(2025, 4, 8, tzinfo=UTC)
    )


def test_uuids_and_enumerations_travel_as_their_text():
    class State(enum.StrEnum):
        OPEN = "open"

    key = UUID("018f0000-0000-7000-8000-000000000001")
    assert canonical_json([key, State.OPEN]) == f'["{key}","open"]'.encode()


@pytest.mark.parametrize("value", [1.0, {"mark": [1.5]}, {1}, b"x", {1: "a"}, object()])
def test_floats_and_strangers_are_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), datetime(2025, 4, 8), "\ud800", 2**53, -(2**53)]
)
def test_values_without_a_single_spelling_are_refused(value):
    with pytest.raises(CanonicalError):
        canonical_json(value)


def test_the_refusal_names_the_place():
    with pytest.raises(TypeError, match=r"\$\.marks\[1\]\.value: float"):
        canonical_json({"marks": [{}, {"value": 0.5}]})


def test_the_hash_is_of_the_canonical_bytes():
    assert sha256_hex({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert sha256_hex(b"{}") == sha256_hex({})
