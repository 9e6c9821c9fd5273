"""What staff fill in to change an appointment: where it goes, whether the client is told, why a rule is set aside."""

from collections.abc import Sequence

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.blueprints.appointments.forms import block
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.web.access import signed_in
from app.web.language import _, lazy
from app.web.spoken_form import SpokenForm

WHY_LIMIT = 500
_TELLS, _DOES_NOT = "yes", "no"


class TellForm(SpokenForm):
    """Whether the client is told by e-mail, or by who does it."""

    tell = RadioField(
        lazy("Tell the client?"),
        [Optional()],
        choices=[
            SelectChoice(_TELLS, lazy("Yes, by e-mail")),
            SelectChoice(_DOES_NOT, lazy("No, I tell them myself")),
        ],
        default=_TELLS,
    )

    @property
    def tells_client(self) -> bool:
        """Unless somebody said that they do it."""
        return bool(self.tell.data != _DOES_NOT)


class AsideForm(SpokenForm):
    """Which rules are set aside, and why."""

    aside = HiddenField()
    why = TextAreaField(lazy("Why all the same?"), [Optional(), block(WHY_LIMIT)])

    @property
    def named(self) -> frozenset[Refusal]:
        """The rules that the page named."""
        return refusals_named(self.aside.data)

    @property
    def override(self) -> Override | None:
        """What is to be set aside; none where nothing is."""
        return self.setting_aside(self.named)

    def setting_aside(self, named: frozenset[Refusal]) -> Override | None:
        """The reason typed, for just these rules; none where there are none."""
        return Override(named, self.why.data or "", signed_in().roles) if named else None

    def says_why(self) -> bool:
        """A rule is set aside with a reason only; says so beside the field."""
        if not self.named or (self.why.data or "").strip():
            return True
        self.why.errors = [_("Say why in a few words; it is kept with the appointment.")]
        return False


class OverrideForm(AsideForm, TellForm):
    """The same, and whether the client is told."""


class MoveForm(OverrideForm):
    """Where an appointment is to go."""

    start = HiddenField()
    therapist = HiddenField()
    room = HiddenField()
    row_version = HiddenField()


class SwapForm(OverrideForm):
    """With which appointment its therapist is exchanged, both as they were seen; ``aside`` is of the first, ``aside_other`` of that one."""

    other = HiddenField()
    aside_other = HiddenField()
    row_version = HiddenField()

    @property
    def named(self) -> frozenset[Refusal]:
        """The rules that the page named, of either."""
        return self.named_first | self.named_other

    @property
    def named_first(self) -> frozenset[Refusal]:
        """Those that stand against the first."""
        return refusals_named(self.aside.data)

    @property
    def named_other(self) -> frozenset[Refusal]:
        """Those that stand against the other one."""
        return refusals_named(self.aside_other.data)


class CancelForm(TellForm):
    """For whom the desk cancels: the client is told that it was the clinic only where it was."""

    by = RadioField(
        lazy("Who cancels?"),
        [InputRequired(lazy("Say who cancels: the client, or the practice."))],
        choices=[
            SelectChoice("client", lazy("The client asked for it")),
            SelectChoice("clinic", lazy("The practice has to")),
        ],
    )
    reason = TextAreaField(lazy("Why?"), [Optional(), block(WHY_LIMIT)])
    row_version = HiddenField()


def refusals_of(found: Sequence[Refusal]) -> str:
    """As the form sends them."""
    return ",".join(one.value for one in found)


def refusals_named(sent: str | None) -> frozenset[Refusal]:
    """The same, as they come back; what is no rule is none."""
    values = (sent or "").split(",")
    return frozenset(one for one in Refusal if one.value in values)
