"""Suppliers that are no longer agreed but still have access: in the headline, as text, and as rows."""

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reconciler.model.plan import Orphan
from reconciler.model.review import ManifestField, Review
from reconciler.planning.ranking import ORPHAN
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.phrases import Phrase
from reconciler.report.story.rows import Entry, Row, Weight, rows
from reconciler.report.style import Paint, Style
from reconciler.startup import pattern

_FEW: Final = 3  # suppliers that are called by name
_SCHOOLS: Final = 6  # by name; more are counted
_COMMANDS: Final = 3  # accounts that get the command for them
_PLAIN: Final = pattern(r"[\w.@+-]+( [\w.@+-]+)*")  # what every shell takes unquoted, or in double quotes
_LEAVING: Final = (
    Part("Ending an agreement does not change Bromcom. ", Mark.LABEL),
    Part(
        "To end the access, go to Modules > Setup > System Users > the account > User Login Details. Untick The user "
        "can log into the system and save; never delete an account. Revoke a partner application under Config > Setup "
        "> Partner Applications. Or keep the supplier in the manifests with state: retired: a plan then says what "
        "is left."
    ),
)


def leaving(orphans: Sequence[Orphan]) -> tuple[Part, ...]:
    """Say how to end an access that is no longer agreed, and give the commands that then record it."""
    commands = [
        part
        for number, orphan in enumerate([orphan for orphan in orphans if orphan.name][:_COMMANDS])  # else it is hidden
        for part in (Part(", " if number else " Then record it: "), Part(_command(orphan), Mark.VALUE))
    ]
    more = " and so on." if len(orphans) > _COMMANDS else "."
    return (*_LEAVING, *commands, Part(more)) if commands else _LEAVING


def _command(orphan: Orphan) -> str:
    quote = "" if " " not in orphan.name else '"'
    typed = f"{quote}{orphan.name}{quote}" if _PLAIN.fullmatch(orphan.name) else shlex.quote(orphan.name)
    return f"reconciler attest {orphan.school}/{orphan.supplier} access=gone --account {typed}"


def orphan_sentences(orphans: Sequence[Orphan]) -> Iterator[tuple[Part, ...]]:
    """Name who still has access without an agreement, in a sentence each; count many suppliers in one."""
    schools_by_title: defaultdict[str, set[str]] = defaultdict(set)
    for orphan in orphans:
        if not orphan.replaced:
            schools_by_title[orphan.title].add(orphan.school)
    if len(schools_by_title) > _FEW:
        schools = set().union(*schools_by_title.values())
        yield (
            Part(f"{len(schools_by_title)} suppliers", Mark.LABEL),
            Part(f" are no longer agreed but still have access at {_at(schools)}."),
        )
    else:
        for title, schools in sorted(schools_by_title.items()):
            yield Part(title, Mark.LABEL), Part(f" is no longer agreed but still has access at {_at(schools)}.")
    replaced = [orphan for orphan in orphans if orphan.replaced]
    if replaced:
        accounts = plural(len(replaced), "former account")
        yield Part(accounts, Mark.LABEL), Part(f" may still have access at {_at({each.school for each in replaced})}.")


def orphan_lines(material: ReportInput, paint: Paint) -> Iterator[str]:
    """The same sentences as text, with every account."""
    orphans = material.orphans
    if orphans:
        yield ""
    for sentence in orphan_sentences(orphans):
        yield paint(printable("".join(part.text for part in sentence)), Style.REVOKE)
    for supplier, its in _by_supplier(orphans):
        places = [f"{orphan.way_in} at {orphan.school}" for orphan in its]
        more = f" and {len(places) - _SCHOOLS} more" if len(places) > _SCHOOLS else ""
        yield f"  {printable(supplier)}  {printable(', '.join(places[:_SCHOOLS]))}{more}"
    for orphan in orphans[:_COMMANDS]:
        yield f"  once it is ended, run `{printable(_command(orphan))}`"


def orphan_rows(material: ReportInput) -> tuple[Row, ...]:
    """The accounts that earlier drift runs knew; under review they are edits."""
    if isinstance(material.review, Review):
        return ()
    return rows(
        Entry(
            supplier=orphan.supplier,
            topic=ManifestField.ACCESS,
            weight=Weight.SENSITIVE,
            rank=ORPHAN,
            said=Phrase("is no longer agreed but still has access with", (Part(orphan.way_in, Mark.VALUE),)),
            note="",
            schools=[orphan.school],
            state=f"to end by hand; last agreed on {orphan.since.isoformat()}" if orphan.since else "to end by hand",
            apart=True,
        )
        for orphan in material.orphans
    )


def _by_supplier(orphans: Iterable[Orphan]) -> Iterator[tuple[str, list[Orphan]]]:
    accounts: defaultdict[str, list[Orphan]] = defaultdict(list)
    for orphan in orphans:
        accounts[orphan.title].append(orphan)
    yield from sorted(accounts.items())


def _at(schools: Iterable[str]) -> str:
    named = sorted(schools)
    return named[0] if len(named) == 1 else plural(len(named), "school")
