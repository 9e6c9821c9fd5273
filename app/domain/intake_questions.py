"""What the intake form asks, in our words: to be disclosed once, decided by nobody but who treats."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_Texts = Mapping[str, str]


class Kind(StrEnum):
    """How a question is answered. YES_NO: yes, no, or rather in person, with a line for more."""

    DATE = "date"
    LINE = "line"
    TEXT = "text"
    YES_NO = "yes_no"
    CHOICE = "choice"


class Need(StrEnum):
    """For whom a part is: everybody, who comes for deep work, or who is not asked for wishes with a screening."""

    ALWAYS = "always"
    DEEP = "deep"
    UNSCREENED = "unscreened"


@dataclass(frozen=True, slots=True)
class Question:
    """One fact, with its why. ``screened_as``: a question of the screening that asks the same; nobody is asked twice."""

    key: str
    kind: Kind
    text: _Texts
    why: _Texts
    choices: tuple[tuple[str, _Texts], ...] = ()
    screened_as: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the form."""

    key: str
    title: _Texts
    lead: _Texts
    questions: tuple[Question, ...]
    need: Need = Need.ALWAYS


def _in(english: str, french: str) -> _Texts:
    return {"en": english, "fr": french}


#: The answers to a question of yes or no; the last is for what somebody would rather say than write.
YES_NO = (
    ("no", _in("No", "Non")),
    ("yes", _in("Yes", "Oui")),
    ("in_person", _in("I'd rather say it in person", "Je préfère le dire de vive voix")),
)
BORN = "born"

_YOU = Part(
    "you",
    _in("About you", "À propos de vous"),
    _in(
        "So that we know whom we treat, and whom to call if something happens.",
        "Pour savoir qui nous traitons, et qui appeler si quelque chose arrive.",
    ),
    (
        Question(
            BORN,
            Kind.DATE,
            _in("When were you born?", "Quelle est votre date de naissance?"),
            _in(
                "For a minor, a parent or guardian has to agree.",
                "Pour une personne mineure, un parent ou tuteur doit donner son accord.",
            ),
        ),
        Question(
            "occupation",
            Kind.LINE,
            _in("What do you do most days?", "Que faites-vous la plupart du temps?"),
            _in(
                "Sitting, standing, lifting, caring for somebody: bodies show it.",
                "Assis, debout, à porter, à prendre soin de quelqu\u2019un : le corps en garde la trace.",
            ),
        ),
        Question(
            "emergency_contact",
            Kind.LINE,
            _in("Whom may we call in an emergency?", "Qui pouvons-nous appeler en cas d\u2019urgence?"),
            _in("A name and a telephone number.", "Un nom et un numéro de téléphone."),
        ),
        Question(
            "doctor",
            Kind.LINE,
            _in("Who is your family doctor?", "Qui est votre médecin de famille?"),
            _in(
                "If you have one. We never write to them without asking you.",
                "Si vous en avez un. Nous ne lui écrivons jamais sans votre accord.",
            ),
        ),
    ),
)
_REASON = Part(
    "reason",
    _in("Why you come", "Pourquoi vous venez"),
    _in(
        "A few words are enough. You can say more when you are here.",
        "Quelques mots suffisent. Vous pourrez en dire plus sur place.",
    ),
    (
        Question(
            "goal",
            Kind.TEXT,
            _in(
                "What brings you, and what would you like?",
                "Qu\u2019est-ce qui vous amène, et que souhaitez-vous?",
            ),
            _in("Your therapist plans the session around it.", "La séance est préparée en conséquence."),
        ),
        Question(
            "where",
            Kind.LINE,
            _in("Where on your body is it?", "Où cela se situe-t-il sur votre corps?"),
            _in("Say the side, too, if it is on one.", "Précisez le côté, s\u2019il y en a un."),
        ),
        Question(
            "before",
            Kind.CHOICE,
            _in("Have you had a massage before?", "Avez-vous déjà reçu un massage?"),
            _in("So that we explain as much as you need.", "Pour expliquer autant qu\u2019il le faut."),
            (
                ("never", _in("Never", "Jamais")),
                ("sometimes", _in("A few times", "Quelques fois")),
                ("often", _in("Often", "Souvent")),
            ),
        ),
        Question(
            "others",
            Kind.LINE,
            _in(
                "Does anybody else treat you for it?",
                "Quelqu\u2019un d\u2019autre vous traite-t-il pour cela?",
            ),
            _in(
                "A physiotherapist or a doctor, say. We don't want to work against them.",
                "Une physiothérapeute ou un médecin, par exemple. Nous ne voulons pas aller à l\u2019encontre.",
            ),
        ),
    ),
)
_HEALTH = Part(
    "health",
    _in("Your health", "Votre santé"),
    _in(
        "What a therapist should know before touching you. It is no diagnosis, and nothing is decided by it.",
        "Ce qu\u2019il faut savoir avant de vous toucher. Ce n\u2019est pas un diagnostic, et rien n\u2019est décidé par là.",
    ),
    (
        Question(
            "medicines",
            Kind.TEXT,
            _in("Which medicines do you take?", "Quels médicaments prenez-vous?"),
            _in(
                "Some make bruises likelier or dull what you feel. Take all of them as usual.",
                "Certains favorisent les bleus ou atténuent ce que vous sentez. Prenez-les tous comme d\u2019habitude.",
            ),
        ),
        Question(
            "allergies",
            Kind.LINE,
            _in("What are you allergic to?", "À quoi êtes-vous allergique?"),
            _in("Oils, nuts, latex, scents.", "Huiles, noix, latex, parfums."),
        ),
        Question(
            "heart",
            Kind.YES_NO,
            _in("Anything with your heart or blood pressure?", "Quelque chose au cœur ou à la tension?"),
            _in("We change how you lie, and for how long.", "Nous adaptons la position et la durée."),
            screened_as="heart",
        ),
        Question(
            "clots",
            Kind.YES_NO,
            _in("Have you ever had a blood clot?", "Avez-vous déjà eu un caillot de sang?"),
            _in("Pressure could loosen one.", "Une pression pourrait en détacher un."),
            screened_as="clot",
        ),
        Question(
            "veins",
            Kind.YES_NO,
            _in("Do you have varicose veins?", "Avez-vous des varices?"),
            _in("We work around them.", "Nous travaillons autour."),
        ),
        Question(
            "skin",
            Kind.YES_NO,
            _in(
                "An infection, wound or rash on your skin?",
                "Une infection, une plaie ou une éruption sur la peau?",
            ),
            _in("We leave it alone until it has healed.", "Nous n\u2019y touchons pas avant la guérison."),
            screened_as="skin",
        ),
        Question(
            "pregnant",
            Kind.YES_NO,
            _in("Are you pregnant, or could you be?", "Êtes-vous enceinte, ou pourriez-vous l\u2019être?"),
            _in(
                "Then you lie otherwise, and some work waits.",
                "La position change alors, et certains gestes attendent.",
            ),
            screened_as="pregnant",
        ),
        Question(
            "numb",
            Kind.YES_NO,
            _in(
                "Are there places where you feel less, or nothing?",
                "Y a-t-il des endroits où vous sentez moins, ou rien?",
            ),
            _in(
                "There you could not tell us that it is too much.",
                "Là, vous ne pourriez pas nous dire que c\u2019est trop.",
            ),
        ),
        Question(
            "cancer",
            Kind.YES_NO,
            _in(
                "Cancer or its treatment, now or in the past?",
                "Un cancer ou son traitement, maintenant ou par le passé?",
            ),
            _in("So that we know where to be light.", "Pour savoir où rester en douceur."),
            screened_as="cancer",
        ),
    ),
)
_HISTORY = Part(
    "history",
    _in("What your body has been through", "Ce que votre corps a vécu"),
    _in(
        "Asked because you come for deep work.",
        "Demandé parce que vous venez pour un travail en profondeur.",
    ),
    (
        Question(
            "operations",
            Kind.TEXT,
            _in(
                "Which operations have you had, and in which years?",
                "Quelles opérations avez-vous eues, et en quelles années?",
            ),
            _in(
                "Scars pull, also far away from where they are.",
                "Les cicatrices tirent, même loin d\u2019où elles sont.",
            ),
        ),
        Question(
            "injuries",
            Kind.TEXT,
            _in("Accidents, broken bones, other injuries?", "Accidents, fractures, autres blessures?"),
            _in("Old ones count, too.", "Les anciennes comptent aussi."),
        ),
        Question(
            "airways",
            Kind.YES_NO,
            _in(
                "Asthma, or anything else with your breathing?",
                "De l\u2019asthme, ou autre chose à la respiration?",
            ),
            _in(
                "Lying face down can make it harder.",
                "Couché sur le ventre, elle peut devenir plus difficile.",
            ),
        ),
        Question(
            "pacemaker",
            Kind.YES_NO,
            _in(
                "A pacemaker or another device in your body?",
                "Un stimulateur cardiaque ou un autre appareil dans le corps?",
            ),
            _in("We keep away from it.", "Nous gardons nos distances."),
        ),
        Question(
            "diabetes",
            Kind.YES_NO,
            _in("Diabetes?", "Du diabète?"),
            _in(
                "It can change what you feel, and how skin heals.",
                "Il peut changer ce que vous sentez et la guérison de la peau.",
            ),
        ),
        Question(
            "epilepsy",
            Kind.YES_NO,
            _in("Epilepsy, or seizures?", "De l\u2019épilepsie, ou des crises?"),
            _in("So that we know what to do, and whom to call.", "Pour savoir que faire, et qui appeler."),
        ),
        Question(
            "bones",
            Kind.YES_NO,
            _in("Thin or brittle bones?", "Des os fragiles?"),
            _in("Then we press less.", "Nous appuyons alors moins."),
            screened_as="bone",
        ),
    ),
    Need.DEEP,
)
_TOUCH = Part(
    "touch",
    _in("How you like it", "Ce que vous aimez"),
    _in("You can change your mind at any moment.", "Vous pouvez changer d\u2019avis à tout moment."),
    (
        Question(
            "pressure",
            Kind.CHOICE,
            _in("How firm should it be?", "Avec quelle pression?"),
            _in(
                "A start; we ask again during the session.",
                "Pour commencer; nous redemandons pendant la séance.",
            ),
            (
                ("light", _in("Light", "Légère")),
                ("medium", _in("Medium", "Moyenne")),
                ("firm", _in("Firm", "Ferme")),
                ("unknown", _in("I don't know yet", "Je ne sais pas encore")),
            ),
        ),
        Question(
            "avoid",
            Kind.LINE,
            _in("Where should we not touch you?", "Où ne devons-nous pas vous toucher?"),
            _in("You need not say why.", "Vous n\u2019avez pas à dire pourquoi."),
        ),
    ),
    Need.UNSCREENED,
)
#: The form, in the order in which it is asked.
PARTS = (_YOU, _REASON, _HEALTH, _HISTORY, _TOUCH)
