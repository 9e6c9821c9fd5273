"""What the pages say, once more for programs: schema.org objects of the practice, its services, people and questions."""

from collections.abc import Iterator, Sequence
from typing import Any

from app import clock, wording
from app.blueprints.site.head import Facts, outside
from app.blueprints.site.places import Place, places_of, week_of
from app.domain.practice import Practice, Service, Technique, Therapist, text_in
from app.domain.practice_file_words import named_price
from app.domain.wallclock import local_date
from app.domain.weekly import MIDNIGHT
from app.web.filters import minutes_words
from app.web.language import speaking
from app.web.local_words import text_words

_CONTEXT = "https://schema.org"
_BUSINESS = "HealthAndBeautyBusiness"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def business_facts(practice: Practice) -> list[Facts]:
    """The practice, once for each of its places."""
    places = places_of(practice)
    return [_business(practice, place, several=len(places) > 1) for place in places]


def service_facts(practice: Practice, service: Service) -> list[Facts]:
    """A service with what it costs."""
    language = speaking()
    return [
        _kept(
            {
                "@context": _CONTEXT,
                "@type": "Service",
                "name": text_in(service.name, language),
                "description": text_in(service.summary, language),
                "url": outside("services.show", slug=service.slug),
                "provider": _named(practice),
                "offers": list(_offers(practice, service)),
            }
        )
    ]


def therapist_facts(practice: Practice, therapist: Therapist, held: Sequence[Technique]) -> list[Facts]:
    """A therapist as a person."""
    return [
        _kept(
            {
                "@context": _CONTEXT,
                "@type": "Person",
                "name": therapist.name,
                "jobTitle": text_words(therapist.role_title) or None,
                "url": outside("site.therapist", slug=therapist.slug),
                "worksFor": _named(practice),
                "knowsAbout": [text_in(technique.name, speaking()) for technique in held],
            }
        )
    ]


def question_facts(practice: Practice) -> list[Facts]:
    """What people ask, and the answers as plain text."""
    language = speaking()
    asked = [
        {
            "@type": "Question",
            "name": text_in(one.question, language),
            "acceptedAnswer": {
                "@type": "Answer",
                "text": str(wording.markdown_html(text_in(one.answer, language))),
            },
        }
        for one in practice.questions
    ]
    return [{"@context": _CONTEXT, "@type": "FAQPage", "mainEntity": asked}]


def _named(practice: Practice) -> Facts:
    """The practice, of which more stands elsewhere."""
    return {"@type": _BUSINESS, "@id": _id_of(practice), "name": practice.name}


def _business(practice: Practice, place: Place, *, several: bool) -> Facts:
    location, language = place.location, speaking()
    address = wording.address_line(place.address.lines)
    return _kept(
        {
            "@context": _CONTEXT,
            "@type": _BUSINESS,
            "@id": f"{_id_of(practice)}-{location.slug}" if several else _id_of(practice),
            "name": f"{practice.name}, {location.name}" if several else practice.name,
            "description": text_in(practice.tagline, language),
            "url": outside("site.home"),
            "image": outside("site.card", v=practice.revision),
            "logo": outside("site.logo", v=practice.revision) if practice.look.has_logo else None,
            "telephone": location.phone,
            "email": practice.email,
            "address": _kept(
                {"@type": "PostalAddress", "streetAddress": address, "addressCountry": location.country}
            )
            if address
            else None,
            "openingHoursSpecification": list(_opening(place)),
            "specialOpeningHoursSpecification": list(_closed(place)),
            "priceRange": _price_range(practice),
            "currenciesAccepted": practice.currency,
            "sameAs": [channel["url"] for channel in practice.channels if channel.get("url")],
        }
    )


def _opening(place: Place) -> Iterator[Facts]:
    location = place.location
    if location.zone is None:
        return
    week = week_of(location, local_date(clock.now(), location.zone))
    for window in dict.fromkeys(window for windows in week for window in windows):
        yield {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [_DAYS[day] for day, windows in enumerate(week) if window in windows],
            "opens": window[0].strftime("%H:%M"),
            "closes": "23:59" if window[1] == MIDNIGHT else window[1].strftime("%H:%M"),
        }


def _closed(place: Place) -> Iterator[Facts]:
    for shut in place.closures:
        yield {
            "@type": "OpeningHoursSpecification",
            "validFrom": shut.starts_on.isoformat(),
            "validThrough": shut.ends_on.isoformat(),
            "opens": "00:00",
            "closes": "00:00",
        }


def _offers(practice: Practice, service: Service) -> Iterator[Facts]:
    for variant in service.variants:
        if variant.price_minor is None or not practice.currency:
            continue
        yield {
            "@type": "Offer",
            "name": minutes_words(variant.minutes),
            "price": named_price(variant.price_minor, practice.currency),
            "priceCurrency": practice.currency,
            "url": outside("services.show", slug=service.slug),
        }


def _price_range(practice: Practice) -> str | None:
    prices = [
        variant.price_minor
        for service in practice.services
        for variant in service.variants
        if variant.price_minor is not None
    ]
    if not prices or not practice.currency:
        return None
    least, most = (
        wording.money_words(price, practice.currency, speaking()) for price in (min(prices), max(prices))
    )
    return least if least == most else f"{least} - {most}"


def _id_of(practice: Practice) -> str:
    return f"{outside('site.home')}#{practice.slug}"


def _kept(facts: dict[str, Any]) -> Facts:
    """Without what is not known: nothing is made up for programs either."""
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
