"""What comes before a booking: answers to the service's questions and what the client agrees to, as programs send them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.actions.answered import MINOR, service_cried_about
from app.actions.screening import Answered, BadAnswers, answer_questions, today
from app.blueprints.api.errors import name_to_say
from app.domain.consent import ConsentTerms, ConsentText, lacks_guardian
from app.domain.emergency import emergency_number
from app.domain.practice import Practice, Service, text_in
from app.domain.screening import Outcome, ScreeningSet, advices, day_key, gate_keys
from app.domain.text import folded
from app.store.tokens import Program
from app.web.problems import Problem, invalid
from app.web.visitor import visitor_of_program

_URGENT = "These answers need a doctor first, and soon: nothing was booked. In an emergency call the emergency number at once."
_CALL = "With these answers we would like to talk first: please call us. A lighter session can be booked."
_TERMS = ("draping", "stop_word", "clothing", "guardian")


def refuse_unknown_answers(service: Service | None, said: Mapping[str, Any]) -> None:
    """Raises Problem for whatever answers no question of that service."""
    asked = service.screening if service else None
    known = _known_names(asked) if asked else frozenset()
    unknown = [name for name in said["screening"] if name not in known]
    if unknown:
        raise invalid(
            **{name_to_say("screening", name): "This service does not ask that." for name in unknown}
        )


def answered(
    practice: Practice, service: Service, program: Program, said: Mapping[str, Any], now: datetime
) -> Answered | None:
    """The answers, kept; none where nothing is asked. Raises Problem where one is missing, or where they forbid a booking."""
    if service.screening is None:
        return None
    try:
        kept = answer_questions(service, said["screening"], conversation_of(program, said), now)
    except BadAnswers as bad:
        raise invalid(**{f"screening.{key}": sentence for key, sentence in bad.faults.items()}) from bad
    if kept.outcome in (Outcome.CALL, Outcome.URGENT):
        raise _not_online(practice, service, said, kept.outcome, now)
    return kept


def refuse_who_needs_help(
    practice: Practice, program: Program, said: Mapping[str, Any], now: datetime
) -> None:
    """Raises Problem where this client, through this program, was told within the day to get help, and has not taken it back."""
    if service_cried_about(conversation_of(program, said), (), now) is not None:
        raise _get_help(practice, said, {"phone": practice.phone, "advice": []})


def terms_of(service: Service, said: Mapping[str, Any], now: datetime) -> ConsentTerms | None:
    """What the client agrees to; none where nothing was sent. Raises Problem where it does not belong to the text in force."""
    text, sent = service.consent, said.get("consent")
    if text is None and isinstance(sent, Mapping):
        raise invalid(consent="This service has no consent text: send true.")
    if text is None or sent is None:
        return None
    if not isinstance(sent, Mapping):
        raise invalid(consent="Send what the client agrees to: version, areas, and how they want it done.")
    _refuse_other_text(text, sent)
    terms = {name: sent.get(name, "") for name in _TERMS}
    if lacks_guardian(terms["guardian"], is_minor=_is_minor(service, said, now)):
        raise invalid(**{"consent.guardian": "This is needed: a parent or guardian agrees for a minor."})
    return ConsentTerms(areas=dict(sent["areas"]), **terms)


def question_shapes(service: Service, language: str) -> list[dict[str, Any]]:
    """What is asked before a booking, without what follows from which answer."""
    asked = service.screening.questions if service.screening else ()
    return [
        {
            "key": question.key,
            "question": text_in(question.text, language),
            "why": text_in(question.why, language),
            "answers": [
                {"key": answer.key, "label": text_in(answer.label, language), "date": bool(answer.phases)}
                for answer in question.answers
            ],
            "optional": question.optional,
        }
        for question in asked
    ]


def consent_shape(service: Service, language: str) -> dict[str, Any] | None:
    """The text that is agreed to before a booking, if there is one."""
    text = service.consent
    if text is None:
        return None
    areas = [{"key": area.key, "label": text_in(area.label, language)} for area in text.areas]
    return {"version": text.version, "text": text_in(text.body, language), "areas": areas}


def _known_names(asked: ScreeningSet) -> frozenset[str]:
    dated = (day_key(one.key) for one in asked.questions if any(answer.phases for answer in one.answers))
    return frozenset((*(question.key for question in asked.questions), *dated))


def conversation_of(program: Program, said: Mapping[str, Any]) -> str:
    """Who answers: the same client through the same program stays the same, so that no answer is changed back unseen."""
    client = said["client"]
    return visitor_of_program(program.id, f"{client['email']}:{folded(client['name'])}")


def _not_online(
    practice: Practice, service: Service, said: Mapping[str, Any], outcome: Outcome, now: datetime
) -> Problem:
    asked, language = service.screening, practice.language
    told = advices(asked, said["screening"], today(now)) if asked else ()
    more: dict[str, Any] = {
        "phone": practice.phone,
        "advice": [text_in(one, language) for one in told],
    }
    if outcome is Outcome.URGENT:
        return _get_help(practice, said, more)
    lighter = [one.slug for one in practice.services if one.is_lighter and one.variants]
    return Problem("not-online", _CALL, **more, lighter=lighter)


def _get_help(practice: Practice, said: Mapping[str, Any], more: Mapping[str, Any]) -> Problem:
    place = practice.location(said["location"]) or next(iter(practice.locations), None)
    return Problem("get-help", _URGENT, emergency_number=emergency_number(practice, place), **more)


def _refuse_other_text(text: ConsentText, sent: Mapping[str, Any]) -> None:
    if sent["version"] != text.version:
        raise invalid(**{"consent.version": "The text has changed: read it again."})
    wrong = {area.key for area in text.areas} ^ set(sent["areas"])
    if wrong:
        sentence = "Say true or false for each area of the text, and for no other."
        raise invalid(**{name_to_say("consent", "areas", key): sentence for key in sorted(wrong)})


def _is_minor(service: Service, said: Mapping[str, Any], now: datetime) -> bool:
    asked = service.screening
    return asked is not None and MINOR in gate_keys(asked, said["screening"], today(now))
