"""Append an Attestation to a file of the workspace, as YAML that every reader reads as it was typed.

One process writes at a time: each reads what the one before it wrote.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import count
from pathlib import Path
from typing import Final

from reconciler.attestation.contradictions import claimed_names
from reconciler.attestation.submission import Submission, account_of
from reconciler.errors import InputError, ManifestError
from reconciler.files import write_texts
from reconciler.manifest.load import load
from reconciler.manifest.resolving.attestations import FACT as GONE
from reconciler.manifest.text.writing import appended, yaml_list, yaml_text
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import FactRef
from reconciler.model.attestation import AttestedFact, read_counts
from reconciler.model.desired import Account, Desired
from reconciler.model.problem import Problem, Severity
from reconciler.planning.facts import FACT_KEYS
from reconciler.startup import dataclass
from reconciler.state_folder.lock import waiting
from reconciler.state_folder.paths import FOLDER

_SECONDS: Final = 60  # another writer reads the workspace twice
_LONGEST_NAME: Final = 63  # as in the schema


@dataclass(frozen=True, slots=True)
class Written:
    """An attestation as it was written.

    file      relative to the workspace, with `/`
    name      of the Attestation
    words     the facts that the workspace has from it
    warnings  about them
    """

    file: str
    name: str
    words: tuple[AttestedFact, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PreparedAttestations:
    """Attestations that may be written: {file: its whole text}, and what the workspace has from them then."""

    texts: Mapping[str, str]
    written: tuple[Written, ...]


def attest(workspace: Path, vouching: Submission) -> Written:
    """Add an Attestation to the school's file, `attestations/SCHOOL.yaml`: every byte that is there stays.

    Raises as `attest_all` does.
    """
    return attest_all(workspace, (vouching,))[0]


def attest_all(workspace: Path, submissions: Sequence[Submission]) -> tuple[Written, ...]:
    """Add an Attestation for each place to its school's file: all of them, or none. Warnings are with the first.

    The workspace is read with them before anything is written, and several who write at once take turns. Raises
    ManifestError where its manifests are wrong already, and InputError where this would make them wrong, would not be
    heard, cannot be written, or is of another account than they name by now.
    """
    lock = workspace / FOLDER / "attest.lock"
    with waiting(lock, seconds=_SECONDS, failure="Nothing was written"):
        return _attest_all(workspace, submissions)


def _attest_all(workspace: Path, submissions: Sequence[Submission]) -> tuple[Written, ...]:
    ready = prepared(workspace, submissions)
    write_texts({workspace / file: text for file, text in ready.texts.items()})
    return ready.written


def prepared(workspace: Path, submissions: Sequence[Submission]) -> PreparedAttestations:
    """Return what would be written, and write nothing. Raises as `attest_all` does."""
    today = submissions[0].on.date()
    before = load(workspace, today)
    if before.desired is None:
        raise ManifestError(before.problems)
    texts: dict[str, str] = {}
    names: list[str] = []
    for vouching in submissions:
        file = file_of(vouching)
        _refuse_contradiction(file, vouching, before.desired)
        names.append(free_name(vouching, before.attestations.union(names)))
        existing = texts[file] if file in texts else _text_of(workspace / file)
        texts[file] = appended(existing, document_of(vouching, names[-1]))
    after = load(workspace, today, texts)
    new = [problem for problem in after.problems if problem not in before.problems]
    if after.desired is None:
        raise InputError(_refusal([*texts], new))
    words = [word for word in after.desired.words if word not in before.desired.words]
    gone = [each for each in after.desired.gone if each not in before.desired.gone]
    if len(words) + len(gone) != sum(len(vouching.facts) for vouching in submissions):
        read = {
            one.file for one in (*(word.evidence.origin for word in words), *(each.evidence.origin for each in gone))
        }
        unread = next(file for file in texts if file not in read)
        raise InputError(f"{unread} was not written: the Workspace excludes this file, so no command would read it.")
    _refuse_newer(words, before.desired.words)
    written = (
        Written(file_of(vouching), name, _words_of(vouching, words), () if number else tuple(new))
        for number, (vouching, name) in enumerate(zip(submissions, names, strict=True))
    )
    return PreparedAttestations(texts, tuple(written))


def _words_of(vouching: Submission, words: Iterable[AttestedFact]) -> tuple[AttestedFact, ...]:
    facts = [FACT_KEYS[key] for key in vouching.facts if key in FACT_KEYS]
    subjects = {FactRef(vouching.school, vouching.supplier, row.aspect, name) for row, name in facts}
    return tuple(word for word in words if word.subject in subjects)


def file_of(vouching: Submission) -> str:
    """The file that an attestation goes to, relative to the workspace."""
    return f"attestations/{vouching.school}.yaml"


def _refuse_contradiction(file: str, vouching: Submission, desired: Desired) -> None:
    """Raise InputError if the manifests by now name another account, or still name one that is said to be gone."""
    if GONE not in vouching.facts:
        _refuse_other_account(file, vouching, account_of(desired, vouching.school, vouching.supplier))
    elif Address(vouching.school, vouching.supplier) in desired.accesses:
        _refuse_agreed(file, vouching, desired)


def _refuse_other_account(file: str, vouching: Submission, named: str) -> None:
    """Raise InputError if the manifests now name another account than the one that was shown."""
    if username_key(vouching.account) == username_key(named):
        return
    shown = f"the account {vouching.account}" if vouching.account else "no account"
    raise InputError(
        f"{file} was not written: you were shown {shown}, and the manifests now name {named or 'none'} for "
        f"{vouching.school}/{vouching.supplier}. Check the account that they name, then run `attest` again."
    )


def _refuse_agreed(file: str, vouching: Submission, desired: Desired) -> None:
    """Raise InputError unless what is gone is another way in than the one that the manifests name."""
    via = desired.accesses[Address(vouching.school, vouching.supplier)].via
    named = via.username if isinstance(via, Account) else via.name
    if username_key(vouching.account) not in ("", username_key(named.value)):
        return
    former = "" if vouching.account else ", or name a former account with --account"
    raise InputError(
        f"{file} was not written: the manifests still name {named.value} for {vouching.school}/{vouching.supplier} "
        f"({named.origin}). Remove it from them first{former}."
    )


def _refuse_newer(words: Iterable[AttestedFact], others: Iterable[AttestedFact]) -> None:
    """Raise InputError if an attestation with a later time says otherwise: that one counts, or will from its day
    on. A plan counts an attestation from the beginning of its day."""
    by_subject: defaultdict[FactRef, list[AttestedFact]] = defaultdict(list)
    for other in others:  # sorted: the newest of each fact is the last
        by_subject[other.subject].append(other)
    for word in words:
        later = [other for other in by_subject[word.subject] if other.evidence.on > word.evidence.on]
        today = [other for other in later if other.evidence.on.date() == word.evidence.on.date()]
        for other in (*today[-1:], *later[-1:]):
            if not _agree(word, other):
                day = other.evidence.on.date()
                holds = "counts" if other in today else f"will count from {day}"
                file = word.evidence.origin.file
                raise InputError(
                    f"{file} was not written: {other.evidence.origin} says otherwise, and {holds}: "
                    f"it has a later time ({other.evidence.on:%Y-%m-%dT%H:%M:%SZ}). If it is wrong, correct it there."
                )


def _agree(word: AttestedFact, other: AttestedFact) -> bool:
    return claimed_names(word).keys() == claimed_names(other).keys()


def free_name(vouching: Submission, taken: AbstractSet[str]) -> str:
    """School, supplier and date, with a number where that name is taken."""
    place = "-".join(filter(None, (vouching.school, vouching.supplier)))
    for number in count(1):
        tail = f"-{vouching.on.date()}" + (f"-{number}" if number > 1 else "")
        name = place[: _LONGEST_NAME - len(tail)].rstrip("-") + tail
        if name not in taken:
            return name
    raise AssertionError("numbers do not end")


def document_of(vouching: Submission, name: str) -> str:
    """The Attestation as YAML, with `\\n` behind every line."""
    return "".join(f"{line}\n" for line in _lines(vouching, name))


def _lines(vouching: Submission, name: str) -> Iterator[str]:
    yield from ("apiVersion: reconciler/v1", "kind: Attestation", "metadata:", f"  name: {name}", "spec:")
    yield f"  school: {vouching.school}"
    if vouching.supplier:
        yield f"  supplier: {vouching.supplier}"
    if vouching.account:
        yield f"  account: {yaml_text(vouching.account)}"
    yield f"  by: {yaml_text(vouching.by)}"
    yield f"  date: {vouching.on:%Y-%m-%dT%H:%M:%SZ}"
    yield f"  expires: {vouching.expires}"
    if vouching.evidence:
        yield f"  evidence: {yaml_text(vouching.evidence)}"
    yield "  facts:"
    open_mapping = ""
    for key, fact in FACT_KEYS.items():
        if key not in vouching.facts:
            continue
        values = vouching.facts[key]
        outer, inner = fact.row.key, fact.name
        if inner and outer != open_mapping:
            open_mapping = outer
            yield f"    {outer}:"
        indent = "      " if inner else "    "
        counts = read_counts(values[0]) if fact.row.counted else None
        if counts:
            yield f"{indent}{inner or outer}:"
            yield from (f"{indent}  {name}: {value}" for name, value in counts.data.items())
            continue
        value = f" {yaml_text(values[0])}" if fact.row.choices else yaml_list(values, indent)
        yield f"{indent}{inner or outer}:{value}"
    if GONE in vouching.facts:
        yield f"    {GONE}: gone"


def _text_of(path: Path) -> str:
    """The text as it is, byte-order mark and line ends included; empty where there is no file yet."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8, so nothing was written. Save it as UTF-8 and try again.") from None
    except OSError as error:
        raise InputError(f"{path} could not be read, so nothing was written: {error.strerror or error}.") from None


def _refusal(files: Sequence[str], problems: list[Problem]) -> str:
    wrong = [problem for problem in problems if problem.severity is Severity.ERROR]
    lines = (f"  {problem.message}{f' {problem.hint}' if problem.hint else ''}" for problem in wrong)
    what = f"{files[0]} was not written, because this would make it wrong:"
    if len(files) > 1:
        what = f"{len(files)} files were not written, because this would make them wrong:"
    return "\n".join((what, *lines))
