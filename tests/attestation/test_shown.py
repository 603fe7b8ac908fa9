"""The account that somebody is shown by an apply is the one that their word is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.applying.opening import attestation_writer
from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import approved_state, begin
from reconciler.applying.run import ApplyServices
from reconciler.cli.clock import system_clock
from reconciler.journal.file import Journal
from reconciler.manifest import load
from reconciler.model.attestation import AttestationReply
from reconciler.model.outcome import Pending
from reconciler.sandbox.server import serve
from tests.applying.practice import NEXT_YEAR, practice_in
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.attestation import Question

SUPPLIER = "suppliers/cashless-till.yaml"


def test_a_word_given_while_the_manifests_come_to_name_another_account_is_not_written(tmp_path: Path) -> None:
    """The page named till.greenfield: nobody has looked at the account that the manifests name by then. The fact stays
    pending, and the person is told why."""
    remarks: list[str] = []
    asked: list[str] = []
    with serve() as sandbox:
        practice = practice_in(tmp_path / "trust", sandbox)

        def words(question: Question) -> AttestationReply | None:
            if question.supplier != "cashless-till":
                return None
            asked.append(question.account)
            file = practice.folder / SUPPLIER
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("username: till.{school}", "username: other.{school}"), encoding="utf-8")
            return AttestationReply(question.declared, NEXT_YEAR, "")

        plan = practice.plan("greenfield", suppliers=["cashless-till"])
        machine = practice.machine()
        machine.words = words
        services = ApplyServices(
            machine,
            attestation_writer(practice.folder, "J. Smith", remarks.append, system_clock),
            Journal(practice.journal_file, "J. Smith", system_clock),
        )
        saved = approval_of(plan, system_clock())
        state = approved_state(saved, practice.inputs(), ("revoke", "widen"))
        ended = begin(state, saved, services, plan_file="plan.json", accepted=("revoke", "widen")).to_the_end()
    assert set(asked) == {"till.greenfield"}
    assert "you were shown the account till.greenfield, and the manifests now name other.greenfield" in remarks[0]
    assert any(isinstance(outcome, Pending) for outcome in ended.outcomes)
    desired = load(practice.folder, TODAY).desired
    assert desired is not None
    assert not [word for word in desired.words if word.account == "other.greenfield"]
