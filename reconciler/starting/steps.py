"""The steps of a start. Nothing is written before the last of them.

answers --ask--> what each account may read --prepare--> the files, and what to say of them --write--> done
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from reconciler.editing.target import TargetWorkspace
from reconciler.errors import InputError
from reconciler.importing.concerns import Concern, published_lists
from reconciler.importing.plan import ImportPlan, Judgement, plan_import
from reconciler.importing.summary import summary
from reconciler.model.check_up import CheckResult, worst_of
from reconciler.model.desired import Desired, Platform, School
from reconciler.model.live import Live
from reconciler.starting.answers import InitAnswers, whose_database
from reconciler.starting.passwords import PasswordsGiven
from reconciler.starting.workspace_files import manifests_of, other_files
from reconciler.startup import dataclass
from reconciler.workflow import sensitivity

# Reads what these accounts may read; the variables are passwords that only this process has.
AskAccounts: TypeAlias = Callable[[Desired, Mapping[str, str]], Live]


@dataclass(frozen=True, slots=True)
class ProbedAccounts:
    """The accounts, their passwords, and what Bromcom answered."""

    given: PasswordsGiven
    request: Desired
    live: Live

    def whose(self) -> Iterator[str]:
        """Say of each school if the database is its own; raises OtherSchoolAnswersError if it is another's."""
        for name, school in self.request.schools.items():
            if said := whose_database(school, self.live.schools[name].right_school):
                yield said


@dataclass(frozen=True, slots=True)
class PreparedStart:
    """The files to write.

    texts    {file: its whole text}; empty if there is nothing to write
    remarks  what to say of it, in order
    """

    asked: ProbedAccounts
    plan: ImportPlan
    texts: Mapping[str, str]
    remarks: tuple[str, ...]


def check_way(subject: Platform | School, timeout: float) -> CheckResult | None:
    """Return what is wrong, or not clear, on the way to a platform's service or a school's database."""
    from reconciler.bromcom.check_up import check_platform, check_schools
    from reconciler.bromcom.options import ProbeOptions

    options = ProbeOptions(timeout=timeout, retries=0)
    if isinstance(subject, School):
        return worst_of(check_schools((subject,), options)[0])
    return worst_of(check_platform(subject, options))


def ask(answers: InitAnswers, target: TargetWorkspace, given: PasswordsGiven, read_live: AskAccounts) -> ProbedAccounts:
    """Ask each account once. Raises InputError as `InitAnswers.request_of` does."""
    request = answers.request_of(answers.rows(), target.known, given.reference)
    asked, variables = given.for_probing(request)
    return ProbedAccounts(given, request, read_live(asked, variables))


def prepare(
    answers: InitAnswers,
    target: TargetWorkspace,
    asked: ProbedAccounts,
    leave_out: frozenset[Concern] = frozenset(),
) -> PreparedStart:
    """Work out what would be written. Raises InputError if the manifests would be wrong."""
    request, remarks = asked.request, []
    judgement = Judgement(sensitivity(), published_lists(request, target.manifests), leave_out)
    plan = plan_import(request, asked.live, target.known, target.desired, target.manifests, judgement)
    if answers.accounts:
        remarks.append(summary(plan, request, leave_out, dry_run=True))
    if not plan.declared and not answers.new:
        return PreparedStart(asked, plan, {}, tuple(remarks))
    imported = target.files_of(plan, request)
    texts = manifests_of(answers, imported, {address.school for address in plan.declared}, target)
    target.desired_with(texts)
    if unchecked := target.unchecked(imported, plan):
        also = ", ".join(unchecked)
        remarks.append(f"Also declared then, and not checked: {also}. These suppliers are at every school.")
    others, remark = other_files(target.folder)
    if remark:
        remarks.append(remark)
    return PreparedStart(asked, plan, {**texts, **others}, tuple(remarks))


def write(prepared: PreparedStart, target: TargetWorkspace) -> None:
    """Keep the passwords, then write the files. Raises InputError if there is nothing to write, or it cannot be."""
    if not prepared.texts:
        raise InputError("Nothing was written: no account answered. Check the usernames and the passwords.")
    prepared.asked.given.keep(prepared.asked.request, prepared.plan.declared)
    target.write(prepared.texts)
