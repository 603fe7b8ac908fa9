"""The table of forms: what each asks, and the request that its answers are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Final

from reconciler.attestation.submission import Submission, account_of, to_attest
from reconciler.catalogue import entities, profiles
from reconciler.editing.forms import Choice, EditForm, FieldKind, FormAnswers, FormField, FormInput
from reconciler.editing.requests import NewSupplier, NewWaiver, OtherEntities, Retirement
from reconciler.importing.passwords import StoreKind
from reconciler.model.address import school_label
from reconciler.model.attestation import EXAMPLE
from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.entity import Care
from reconciler.planning.facts import FACT_KEYS
from reconciler.report.labels import plural
from reconciler.report.pages.guided.questions import fact_question
from reconciler.report.story.phrases import change_phrase
from reconciler.secrets.storing import has_keyring

_CARE_NOTES: Final = {Care.SPECIAL: " (special category)", Care.SENSITIVE: " (sensitive)"}
_AS_AGREED, _NONE, _OTHER = "as-agreed", "none", "other"


def _schools(given: FormInput, names: Sequence[str] | None = None, hint: str = "") -> FormField:
    schools = given.desired.schools
    listed = sorted(schools if names is None else names)
    choices = tuple(Choice(name, school_label(schools[name].title, name)) for name in listed)
    return FormField("schools", "At which schools?", FieldKind.SOME, hint or "None ticked: all.", False, choices)


def _suppliers(given: FormInput) -> FormField:
    titles = _titles(given.desired).items()
    choices = tuple(Choice(name, title) for name, title in sorted(titles, key=lambda item: item[1].casefold()))
    return FormField("supplier", "Which supplier?", FieldKind.ONE, choices=choices)


def _titles(desired: Desired) -> Mapping[str, str]:
    """{supplier: its name for people}."""
    return {address.supplier: access.title or address.supplier for address, access in desired.accesses.items()}


def _by(given: FormInput) -> FormField:
    return FormField("by", "Who says so?", hint="Your name: it goes into the file.", default=given.by)


def _of_new_supplier(given: FormInput) -> Sequence[FormField]:
    lists = [
        Choice(name, profile.title, plural(len(profile.entities), "entity", "entities"))
        for name, profile in sorted(profiles().items())
        if profile.entities
    ]
    return (
        FormField("title", "What is it called?", hint="As people know it, such as Library Loans."),
        FormField(
            "profile",
            "What does it read?",
            FieldKind.ONE,
            "A list that a supplier published is a beginning: take away what it does not need.",
            False,
            (Choice("", "Nothing yet: I add it afterwards"), *lists),
        ),
        _schools(given),
        FormField(
            "store",
            "Where is its password to be kept?",
            FieldKind.ONE,
            "With its password an account can be checked. You type it on the page Give a password.",
            False,
            (
                Choice("", "Nowhere: we do not have it"),
                *([Choice(StoreKind.KEYRING, "In this computer's keyring")] if has_keyring() else []),
                Choice(StoreKind.FILE, "In a file of passwords on this computer"),
            ),
        ),
    )


def _of_entities(given: FormInput) -> Sequence[FormField]:
    supplier = given.chosen.get("supplier", "")
    own = {at.school: access for at, access in given.desired.accesses.items() if at.supplier == supplier}
    if not own:
        return (_suppliers(given),)
    declared = [access.entities for access in own.values()]
    some = {key: value.value for names in declared for key, value in names.items()}
    missing = [key for key in {**entities(), **some} if any(key not in names for names in declared)]
    return (
        _suppliers(given),
        _schools(given, tuple(own)),
        FormField(
            "remove", "Take away", FieldKind.SOME, "", False, tuple(_entity(key, some[key]) for key in sorted(some))
        ),
        FormField(
            "add",
            "Add",
            FieldKind.SOME,
            "Ask the supplier why it needs each. The most sensitive are marked.",
            False,
            tuple(sorted((_entity(key, some.get(key, "")) for key in missing), key=attrgetter("group", "words"))),
        ),
    )


def _entity(key: str, name: str = "") -> Choice:
    known = entities().get(key)
    if known is None:
        return Choice(name, name, "not in the catalogue", "other")
    spelt = name or known.name
    return Choice(spelt, spelt, f"{known.holds}{_CARE_NOTES.get(known.care, '')}", known.category.replace("-", " "))


def _of_waiver(given: FormInput) -> Sequence[FormField]:
    return (
        FormField(
            "difference",
            "Which difference?",
            FieldKind.ONE,
            "Those that the last check found, and that nobody accepts yet.",
            choices=tuple(
                Choice(value, words)
                for value, (words, _) in sorted(_differences(given).items(), key=lambda item: item[1][0])
            ),
        ),
        FormField("reason", "Why is it accepted?", hint="What you would tell anyone who asks."),
        _by(given),
        FormField("expires", "Until when?", FieldKind.DAY, "The last day. After it the difference counts again."),
    )


def _differences(given: FormInput) -> Mapping[str, tuple[str, tuple[str, str, Change]]]:
    """{value: (words, (school, supplier, change))} of the last check's differences that can be accepted."""
    if given.plan is None:
        return {}
    titles = {school.name: school_label(school.title, school.name) for school in given.plan.schools}
    names = _titles(given.desired)
    places = [(school.name, "", school.changes) for school in given.plan.schools]
    places += [(*access.address, access.changes) for access in given.plan.accesses]
    return {
        "|".join((school, supplier, change.action, change.aspect, change.name, change.before)): (
            f"{titles[school]}{f', {names.get(supplier, supplier)}' if supplier else ''}: {change_phrase(change).text}",
            (school, supplier, change),
        )
        for school, supplier, changes in places
        for change in changes
        if change.waived is None
    }


def _of_retirement(given: FormInput) -> Sequence[FormField]:
    return (
        _suppliers(given),
        _schools(given),
        FormField("last_day", "Last day with access", FieldKind.DAY, "Empty: at once.", needed=False),
    )


def _of_attestation(given: FormInput) -> Sequence[FormField]:
    place = FormField("place", "What did you look at?", FieldKind.ONE, choices=tuple(_places(given.desired)))
    school, _, supplier = given.chosen.get("place", "").partition("/")
    if given.chosen.get("place", "") not in {choice.value for choice in place.choices}:
        return (place,)
    facts, most = to_attest(given.desired, school, supplier), given.desired.limits.word_days
    longest = f"{given.now.date() + timedelta(days=most):%Y-%m-%d}" if most is not None else ""
    return (
        place,
        *(field for key, values in facts.items() for field in _facts(key, values)),
        _by(given),
        FormField(
            "expires", "Until when does it count?", FieldKind.DAY, f"At most until {longest}." if longest else ""
        ),
        FormField(
            "evidence", "Where is the evidence?", hint="Such as a ticket, or who showed it to you.", needed=False
        ),
    )


def _places(desired: Desired) -> Iterator[Choice]:
    """The schools and accesses of which anything is to be confirmed."""
    for name, school in sorted(desired.schools.items()):
        label = school_label(school.title, name)
        own = sorted(address.supplier for address in desired.accesses if address.school == name)
        for supplier in ("", *own):
            if to_attest(desired, name, supplier):
                words = _titles(desired)[supplier] if supplier else "the school itself"
                yield Choice(f"{name}/{supplier}" if supplier else name, words, group=label)


def _facts(key: str, values: Sequence[str]) -> Iterator[FormField]:
    """The question about one fact; nothing is chosen beforehand."""
    row, listed = FACT_KEYS[key].row, ", ".join(values) or "none"
    later = Choice("", "I did not look")
    if row.choices:
        choices = tuple(Choice(choice, choice, "as agreed" if choice in values else "") for choice in row.choices)
    else:
        choices = (Choice(_AS_AGREED, f"As agreed: {listed}"), Choice(_NONE, "None at all"), Choice(_OTHER, "Others:"))
    yield FormField(key, fact_question(FACT_KEYS[key]), FieldKind.ONE, needed=False, choices=(*choices, later))
    if row.counted:
        yield FormField(f"{key}:text", "Or the numbers", hint=f"Such as {EXAMPLE}.", needed=False)
    elif not row.choices:
        yield FormField(f"{key}:text", "Which others?", hint="All of them, with commas between.", needed=False)


def _seen(answers: FormAnswers, key: str, declared: Sequence[str]) -> tuple[str, ...] | None:
    """The values that a person saw of a fact; None if they did not look."""
    chosen, text = answers.text(key), answers.text(f"{key}:text")
    if FACT_KEYS[key].row.counted and text:
        return (text,)
    if chosen == _OTHER:
        if not text:
            answers.faults[f"{key}:text"] = "Please write what is there."
        return tuple(name for part in text.split(",") if (name := part.strip()))
    lists = {_AS_AGREED: tuple(declared), _NONE: (), "": None}
    return lists.get(chosen, (chosen,))


def _attestation(answers: FormAnswers, given: FormInput) -> Submission:
    place = answers.text("place")
    school, _, supplier = place.partition("/")
    asked = to_attest(given.desired, school, supplier) if place == given.chosen.get("place") else {}
    seen = {key: _seen(answers, key, values) for key, values in asked.items()}
    facts = {key: values for key, values in seen.items() if values is not None}
    if not facts:
        answers.faults.setdefault("place", "Say what you saw of one fact at least.")
    return Submission(
        school,
        supplier,
        account_of(given.desired, school, supplier),
        facts,
        answers.text("by"),
        given.now,
        answers.day("expires", given.now.date()),
        answers.text("evidence"),
    )


def _waiver(answers: FormAnswers, given: FormInput) -> NewWaiver:
    school, supplier, change = _differences(given)[answers.text("difference")][1]
    return NewWaiver(
        (school,),
        supplier,
        change.action,
        change.aspect,
        change.name,
        change.before,
        answers.text("reason"),
        answers.text("by"),
        answers.day("expires", given.now.date()),
    )


FORMS: Final[Mapping[str, EditForm]] = {
    "supplier": EditForm(
        "Add a supplier",
        "It gets a manifest of its own. Nothing changes in Bromcom until a person makes the account and the ticks.",
        _of_new_supplier,
        lambda answers, _: NewSupplier(
            answers.text("title"),
            answers.text("profile"),
            answers.all("schools"),
            StoreKind(answers.text("store")) if answers.text("store") else None,
        ),
    ),
    "entities": EditForm(
        "Change what a supplier may read",
        "The manifest says it then. In Bromcom a person ticks or unticks the boxes: the plan leads there.",
        _of_entities,
        lambda answers, _: OtherEntities(
            answers.text("supplier"), answers.all("schools"), answers.all("add"), answers.all("remove")
        ),
        first="supplier",
    ),
    "waiver": EditForm(
        "Accept a difference for a time",
        "It stays visible in every plan, with your name and your reason, and counts again after the last day.",
        _of_waiver,
        _waiver,
    ),
    "retirement": EditForm(
        "End the access of a supplier",
        "From then on everything that it has is too much: the plan leads through taking it away.",
        _of_retirement,
        lambda answers, given: Retirement(
            answers.text("supplier"),
            answers.all("schools"),
            answers.day("last_day", given.now.date()) if answers.text("last_day") else None,
        ),
    ),
    "attestation": EditForm(
        "Confirm what you saw in Bromcom",
        "For what cannot be checked remotely. Say only what you saw yourself, or were shown.",
        _of_attestation,
        _attestation,
        first="place",
    ),
}
