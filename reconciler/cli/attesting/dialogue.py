"""Attest at the command line: write the facts place by place, and report each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.attestation.doubts import agree, names_known, strangers
from reconciler.attestation.submission import Submission, account_of, to_attest
from reconciler.attestation.write import attest
from reconciler.cli.attesting.lawful_basis import radius_remarks
from reconciler.cli.attesting.questions import Stopped, ask_facts, ask_terms, where_to_look
from reconciler.cli.console import say, tell
from reconciler.manifest.resolving.attestations import FACT as GONE
from reconciler.report.escape import printable
from reconciler.report.labels import plural

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from reconciler.attestation.doubts import Names
    from reconciler.attestation.write import Written
    from reconciler.cli.clock import Clock
    from reconciler.model.desired import Desired

NOTHING: Final = "Nothing was attested, and nothing was written."


@dataclass(frozen=True, slots=True)
class AttestDialogue:
    """The person who attests, the school, and the manifests when they began."""

    workspace: Path
    desired: Desired
    school: str
    by: str
    clock: Clock

    def write(self, supplier: str, facts: Mapping[str, tuple[str, ...]], until: date, evidence: str) -> None:
        """Write down what is said of an access, or, without a supplier, of the school's own, and tell so.

        Raises InputError and ManifestError as `attest` does.
        """
        account = account_of(self.desired, self.school, supplier)
        vouching = Submission(self.school, supplier, account, facts, self.by, self.clock(), until, evidence.strip())
        for remark in radius_remarks(self.desired, (vouching,)):
            say(remark)
        declared = to_attest(self.desired, self.school, supplier, facts)
        report_written(attest(self.workspace, vouching), until, self.place(supplier), facts, declared)

    def end(self, supplier: str, account: str, until: date, evidence: str) -> None:
        """Write down that a supplier's way in is gone, and tell so; without an account, each that it had there.

        Raises InputError and ManifestError as `attest` does.
        """
        account = account.strip()
        facts = {GONE: ("gone",)}
        vouching = Submission(self.school, supplier, account, facts, self.by, self.clock(), until, evidence.strip())
        written = attest(self.workspace, vouching)
        _warn(written)
        who = account or "every former account"
        text = f"Wrote {written.file}: {who} of {self.place(supplier)} is gone, until {until}, as {written.name}."
        tell(printable(text) + "\n")

    def remark(self, supplier: str, facts: Mapping[str, tuple[str, ...]]) -> None:
        """Tell which words no plan asks for today, and which names look like a mistyped one."""
        remark_on_names(facts, names_known(self.desired))
        declared = to_attest(self.desired, self.school, supplier, facts)
        place = self.place(supplier)
        for key in facts:
            if key in declared:
                continue
            if key in {"login", "entities"}:
                probed = f"A probe checks {key} of {place}"
                say(f"{probed}: an attestation of it counts only if the manifests have no password.")
            else:
                say(f"No manifest declares {key} of {place}, so no plan asks for it today.")

    def ask(
        self,
        declared: Mapping[str, Mapping[str, tuple[str, ...]]],
        until: date | None,
        evidence: str | None,
        today: date,
    ) -> None:
        """Ask the person at the terminal, and write what they say of a place before they are asked of the next one.

        declared         {supplier, or nothing for the school itself: what is asked there}
        until, evidence  None where they are to be asked for: once, and for all places
        """
        if len(declared) > 1:
            say("Each place is written before you are asked about the next. Evidence and last day are asked for once.")
        place, written = "", False
        try:
            for supplier, facts in declared.items():
                place = self.place(supplier)
                said = ask_facts(facts, place, where_to_look(self.desired, self.school, supplier))
                if said:
                    until, evidence = ask_terms(until, evidence, today, self.desired.limits.word_days)
                    self.write(supplier, said, until, evidence)
                    written = True
        except Stopped:
            if written:
                say(f"Stopped. Earlier answers are saved; nothing was written for {place}.")
        if not written:
            say(NOTHING)

    def place(self, supplier: str) -> str:
        """As it is typed."""
        return f"{self.school}/{supplier}" if supplier else self.school


def remark_on_names(facts: Mapping[str, tuple[str, ...]], known: Names) -> None:
    """Tell which names look like a mistyped one."""
    for key, values in facts.items():
        for name, near in strangers(values, known[key]).items() if key in known else ():
            if near:
                say(f"The name `{name}` is unknown here: did you mean `{near}`? It was written as you typed it.")


def report_written(
    written: Written,
    expires: date,
    place: str,
    attested: Mapping[str, tuple[str, ...]],
    declared: Mapping[str, tuple[str, ...]],
) -> None:
    """Tell what was written, and which of it is not as the manifests have it."""
    _warn(written)
    facts = plural(len(written.words), "fact")
    differing = [key for key, values in attested.items() if key in declared and not agree(values, declared[key])]
    comparison = f"Not as declared: {', '.join(differing)}." if differing else ""
    comparison = comparison or ("As declared." if attested.keys() <= declared.keys() else "")
    tell(
        printable(
            f"Wrote {written.file}: {facts} of {place}, until {expires}, as {written.name}. {comparison}".rstrip()
        )
        + "\n"
    )


def _warn(written: Written) -> None:
    for problem in written.warnings:
        say(f"Warning: {problem.message}{f' {problem.hint}' if problem.hint else ''}")
