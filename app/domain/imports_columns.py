"""Which column of a file is what, and from which system it may be: by what the columns are called."""

from collections.abc import Iterable, Mapping, Sequence

from app.domain.imports import FIELDS, Field, FileKind, OldSystem, same_name

#: What a field's column is called, here and there, as `same_name` writes it; the earlier name wins.
_CALLED: Mapping[Field, tuple[str, ...]] = {
    Field.NAME: (
        *("full name", "client name", "patient name", "customer name", "client", "patient", "customer"),
        *("name", "nom complet", "nom du client"),
    ),
    Field.FIRST_NAME: (
        *("first name", "client first name", "patient first name", "customer first name", "given name"),
        *("firstname", "first", "prenom"),
    ),
    Field.LAST_NAME: (
        *("last name", "client last name", "patient last name", "customer last name", "family name"),
        *("surname", "lastname", "last", "nom de famille", "nom"),
    ),
    Field.EMAIL: (
        *("email", "e mail", "email address", "e mail address", "client email", "patient email"),
        *("customer email", "courriel", "adresse courriel", "adresse e mail"),
    ),
    Field.PHONE: (
        *("mobile phone", "mobile number", "mobile", "cell phone", "cell", "phone number", "phone"),
        *("telephone", "client phone", "patient phone", "customer phone", "cellulaire", "portable", "tel"),
    ),
    Field.OTHER_PHONE: ("phone number", "home phone", "work phone", "other phone", "telephone 2"),
    Field.BORN: (
        *("birth date", "date of birth", "birthdate", "birthday", "dob", "born"),
        *("date de naissance", "naissance"),
    ),
    Field.LANGUAGE: ("language", "preferred language", "langue"),
    Field.SERVICE: (
        *("service name", "treatment name", "service", "appointment type", "type", "treatment", "session"),
        *("services", "prestation", "soin"),
    ),
    Field.THERAPIST: (
        *("provider name", "staff member name", "staff member", "calendar", "practitioner", "provider"),
        *("therapist", "staff", "employee", "therapeute", "praticien"),
    ),
    Field.STARTS: (
        *("start datetime", "start time", "starts at", "start at", "start", "appointment date"),
        *("date time", "begins", "visit date", "date", "debut"),
    ),
    Field.TIME: ("appointment time", "time", "heure"),
    Field.ENDS: ("end datetime", "end time", "ends at", "end at", "end", "fin"),
    Field.MINUTES: ("duration", "minutes", "length", "duration minutes", "duree"),
    Field.STATE: (
        *("appointment status", "status", "state", "canceled", "cancelled", "attendance"),
        *("statut", "etat"),
    ),
    Field.NOTES: (
        *("notes", "note", "client notes", "patient notes", "customer notes", "appointment notes"),
        *("comments", "comment", "remarks", "commentaires", "remarques"),
    ),
}
#: Columns that only one system writes, by kind.
_SIGNS: Mapping[OldSystem, tuple[frozenset[str], ...]] = {
    OldSystem.EASYAPPOINTMENTS: (
        frozenset({"start datetime", "end datetime"}),
        frozenset({"mobile number", "phone number"}),
        frozenset({"id users provider"}),
    ),
    OldSystem.JANE: (
        frozenset({"patient guid"}),
        frozenset({"patient number"}),
        frozenset({"treatment name", "staff member name"}),
        frozenset({"preferred name", "mobile phone"}),
    ),
    OldSystem.ACUITY: (
        frozenset({"start time", "end time", "type", "calendar"}),
        frozenset({"days since last appointment"}),
        frozenset({"certificate code"}),
    ),
}


def guess_source(header: Iterable[str]) -> OldSystem:
    """The system whose columns these are; OTHER where nothing says so."""
    names = {same_name(one) for one in header}
    return next(
        (source for source, signs in _SIGNS.items() if any(sign <= names for sign in signs)), OldSystem.OTHER
    )


def guess_columns(header: Sequence[str], kind: FileKind) -> dict[Field, int]:
    """For each field that a column seems to be, the column's number (from 0); each column serves once.

    A whole name is left aside where there is a first name: calendars call many things a name.
    """
    names = [same_name(one) for one in header]
    found: dict[Field, int] = {}
    for one in FIELDS[kind]:
        number = _column_called(_CALLED[one], names, taken=found.values())
        if number is not None:
            found[one] = number
    if Field.FIRST_NAME in found:
        found.pop(Field.NAME, None)
    elif Field.NAME not in found and Field.LAST_NAME in found:
        found[Field.NAME] = found.pop(Field.LAST_NAME)
    return found


def _column_called(called: Sequence[str], names: Sequence[str], taken: Iterable[int]) -> int | None:
    used = set(taken)
    places = (names.index(one) for one in called if one in names)
    return next((place for place in places if place not in used), None)
