"""Values as the dicts that answers are made of."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from app.blueprints.api.asked_before import consent_shape, question_shapes
from app.domain.choices import Choice
from app.domain.money import decimals_of
from app.domain.practice import Practice, Service, text_in
from app.domain.slots import Slot
from app.domain.wallclock import zone_named
from app.links import manage_url
from app.store.entries import Entry

Shape = dict[str, Any]


def answer(shape: Shape, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The shape as an answer."""
    text = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, dict(headers or {}), content_type="application/json")


def service_shape(practice: Practice, service: Service) -> Shape:
    """A service of the catalogue."""
    return {
        "slug": service.slug,
        "name": text_in(service.name, practice.language),
        "durations": [
            {
                "minutes": variant.minutes,
                "visit": variant.visit,
                "price": price(variant.price_minor, practice.currency),
                "currency": practice.currency,
            }
            for variant in sorted(service.variants, key=lambda variant: variant.minutes)
        ],
        "therapists": [therapist.slug for therapist in practice.therapists_for(service)],
        "needs_consent": service.is_screened or service.consent is not None,
        "screening": question_shapes(service, practice.language),
        "consent": consent_shape(service, practice.language),
    }


def slot_shapes(slots: Iterable[Slot], choice: Choice) -> list[Shape]:
    """Free times of a choice, on its location's clock. A month has thousands: what repeats is made once."""
    zone, length = zone_of(choice), choice.variant.length
    slugs = {therapist.id: therapist.slug for therapist in choice.therapists}

    @cache  # an end is mostly another's start
    def text(moment: datetime) -> str:
        return instant(moment, zone)

    @cache
    def named(therapist_ids: tuple[int, ...]) -> list[str]:
        return [slugs[one] for one in therapist_ids]

    return [
        {
            "starts_at": text(slot.starts_at),
            "ends_at": text(slot.starts_at + length),
            "therapists": named(slot.therapist_ids),
            "recommended": slot.recommended,
        }
        for slot in slots
    ]


def slot_shape(slot: Slot | None, choice: Choice) -> Shape | None:
    """One of them, or none."""
    return slot_shapes([slot], choice)[0] if slot else None


def entry_shape(entry: Entry) -> Shape:
    """An appointment in a list: without the link that opens it to everybody."""
    zone = zone_named(entry.zone)
    return {
        "id": entry.public_id,
        "reference": entry.reference,
        "status": entry.state,
        "service": entry.service,
        "starts_at": instant(entry.starts_at, zone),
        "ends_at": instant(entry.ends_at, zone),
        "duration": entry.minutes,
        "visit": entry.visit,
        "therapist": entry.therapist,
        "location": entry.location,
        "price": price(entry.price_minor, entry.currency),
        "currency": entry.currency,
        "client": {"name": entry.typed_name, "email": entry.typed_email, "phone": entry.typed_phone},
    }


def appointment_shape(entry: Entry) -> Shape:
    """An appointment with its manage link."""
    return entry_shape(entry) | {"manage_url": manage_url(entry.public_id, entry.token_version)}


def price(minor: int | None, currency: str | None) -> str | None:
    """95.00, with as many decimals as the currency has."""
    if minor is None or currency is None:
        return None
    return str(Decimal(minor).scaleb(-decimals_of(currency)))


def instant(moment: datetime, zone: ZoneInfo) -> str:
    """RFC 3339, with the offset of the place."""
    return moment.astimezone(zone).isoformat()


def zone_of(choice: Choice) -> ZoneInfo:
    """The zone of the choice's location."""
    assert choice.location.zone is not None  # noqa: S101 - a choice has a location with a zone
    return choice.location.zone
