"""Decisions: a sheet to fill in, the answers read back, and the edits of the Round that they make.

    School      Supplier  Reads  Known      Look again                Since last round  Decision  Keep only   Reason
    greenfield  till      2      asked ...  PersonPhotos (few-peers)  +PersonPhotos     reduce    Dinners     ...

`Decision` is keep, reduce or retire; an empty one is left for later. With reduce, `Keep only` lists all that stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from reconciler.errors import InputError
from reconciler.formatting.edits import ManifestEdit, ManifestId, SetValue
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.writing import PlainText
from reconciler.model.address import Address
from reconciler.model.attestation import Decision, ReviewedAccess, Round, RoundChoice
from reconciler.model.desired import Access, Desired
from reconciler.model.entity import entity_key
from reconciler.spelling import did_you_mean
from reconciler.spreadsheets import NumberedRows

HEADINGS: Final = (
    *("School", "Supplier", "Title", "Reads", "Known", "Look again", "Since last round"),
    *("Decision", "Keep only", "Reason", "By"),
)
_NEEDED: Final = ("School", "Supplier", "Decision", "Keep only", "Reason")
_CHOICES: Final = ", ".join(RoundChoice)


def sheet_rows(reviewed: Round, desired: Desired) -> Iterator[Sequence[str]]:
    """The headings, then a row for each access, with the decisions that there are."""
    yield HEADINGS
    for address, access in reviewed.accesses.items():
        yield (
            *address,
            desired.accesses[address].title if address in desired.accesses else "",
            "" if access.reads is None else str(len(access.reads)),
            access.known,
            ", ".join(f"{entity} ({', '.join(doubts)})" for entity, doubts in access.doubts.items()),
            since_last(access, desired.rounds, reviewed),
            *_decided(access.decision),
        )


def _decided(decision: Decision | None) -> tuple[str, str, str, str]:
    """The cells of a decision."""
    if decision is None:
        return "", "", "", ""
    # Each on a line of its own, since a name may have a comma.
    return decision.choice.value, "\n".join(decision.entities), decision.reason, decision.by


def since_last(access: ReviewedAccess, rounds: Sequence[Round], now: Round) -> str:
    """Say what an access can read more (+) and less (-) than in the round before; empty if there was none, or one of
    the two is not known."""
    if access.reads is None:
        return ""
    earlier = (each.accesses.get(access.address) for each in reversed(rounds) if each.opened < now.opened)
    last = next((found.reads for found in earlier if found and found.reads is not None), None)
    if last is None:
        return ""
    before, after = ({entity_key(name): name for name in names} for names in (last, access.reads))
    more = [f"+{after[key]}" for key in sorted(after.keys() - before.keys())]
    less = [f"-{before[key]}" for key in sorted(before.keys() - after.keys())]
    return ", ".join((*more, *less)) or "the same"


def read_decisions(
    rows: NumberedRows, file: str, reviewed: Round, desired: Desired, by: str, today: date
) -> Mapping[Address, Decision]:
    """Return the decisions of a sheet, without those that the round has already: they keep their day.

    Raises InputError with every fault, each with its row: then none counts.
    """
    columns = _columns(rows, file)
    decisions: dict[Address, Decision] = {}
    faults: list[str] = []
    for number, cells in rows[1:]:
        row = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
        address = Address(row["School"], row["Supplier"])
        if not row["Decision"] or _is_written(row, reviewed.accesses.get(address)):
            continue
        try:
            if address in decisions:
                raise ValueError(f"{address} is decided twice: keep one row")  # noqa: TRY301  # one of many faults
            decisions[address] = decision_of(
                reviewed,
                desired,
                address,
                row["Decision"],
                _names(row["Keep only"], desired.accesses.get(address)),
                row["Reason"],
                row.get("By") or by,
                today,
            )
        except ValueError as error:
            faults.append(f"{file}, row {number}: {error}")
    if faults:
        raise InputError("\n  ".join(("Nothing was decided, and nothing was written:", *faults)))
    return decisions


def decision_of(
    reviewed: Round,
    desired: Desired,
    address: Address,
    choice: str,
    entities: Sequence[str],
    reason: str,
    by: str,
    today: date,
) -> Decision:
    """Return a decision about an access of a round. Raises ValueError for one that cannot be carried out."""
    if address not in reviewed.accesses:
        raise ValueError(f"the round {reviewed.name} has no {address}. {did_you_mean(str(address), _all(reviewed))}")
    if choice.casefold() not in list(RoundChoice):
        raise ValueError(f"{choice!r} is no decision: write one of {_CHOICES}")
    if not reason.strip():
        raise ValueError("a decision needs a reason: what you would tell anyone who asks")
    chosen = RoundChoice(choice.casefold())
    if chosen is not RoundChoice.REDUCE:
        if entities:
            raise ValueError(f"{chosen} goes without a list of what to keep: write reduce, or leave the list empty")
        return Decision(chosen, reason.strip(), by, today)
    if address not in desired.accesses:
        raise ValueError(f"the manifests have no {address} any more: it cannot be reduced")
    return Decision(chosen, reason.strip(), by, today, _kept(desired.accesses[address], entities))


def edits_of(reviewed: Round, decisions: Mapping[Address, Decision]) -> list[ManifestEdit]:
    """Return the edits that write decisions into their round."""
    manifest = ManifestId("Round", reviewed.name)
    return [
        SetValue(manifest, ("spec", "accesses", str(address), "decision"), _written(decision))
        for address, decision in decisions.items()
    ]


def _written(decision: Decision) -> dict[str, Data]:
    entities = {"entities": list(decision.entities)} if decision.entities else {}
    return {
        "choice": decision.choice.value,
        **entities,
        "reason": decision.reason,
        "by": decision.by,
        "decided": PlainText(str(decision.decided)),
    }


def _kept(access: Access, entities: Sequence[str]) -> tuple[str, ...]:
    """The entities that stay, as the manifests spell them: some of those that they have, and not all."""
    declared = {key: value.value for key, value in access.entities.items()}
    if not entities:
        raise ValueError("reduce needs a list of what to keep; to take everything away, write retire")
    for name in entities:
        if entity_key(name) not in declared:
            raise ValueError(f"the manifests do not have {name!r} there. {did_you_mean(name, declared.values())}")
    kept = tuple(dict.fromkeys(declared[entity_key(name)] for name in entities))
    if len(kept) == len(declared):
        raise ValueError("that keeps everything: write keep")
    return kept


def _is_written(row: Mapping[str, str], access: ReviewedAccess | None) -> bool:
    """Tell if a row says what the round has; spaces and line ends are those of the program that saved it."""
    cells = zip(HEADINGS[-4:], _decided(access.decision if access else None), strict=True)
    return all(row.get(name, cell).split() == cell.split() for name, cell in cells)


def _names(cell: str, access: Access | None) -> tuple[str, ...]:
    """The names in a cell, between commas, or one on each line: then a declared one may have commas."""
    declared = access.entities if access else {}
    lines = (line.strip() for line in cell.splitlines())
    parts = (part for line in lines for part in ([line] if entity_key(line) in declared else line.split(",")))
    return tuple(name for part in parts if (name := part.strip()))


def _columns(rows: NumberedRows, file: str) -> Mapping[str, int]:
    headings = {name.strip().casefold(): place for place, name in enumerate(rows[0][1])} if rows else {}
    missing = [name for name in _NEEDED if name.casefold() not in headings]
    if missing:
        raise InputError(
            f"Nothing was decided: {file} has no column {' and no column '.join(missing)}. Its first row must have the "
            "headings that `reconciler round sheet FILE` writes."
        )
    return {name: headings[name.casefold()] for name in HEADINGS if name.casefold() in headings}


def _all(reviewed: Round) -> list[str]:
    return list(map(str, reviewed.accesses))
