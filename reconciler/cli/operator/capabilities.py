"""What an apply is handed: the person at the terminal, the journal, and the file that takes their word."""

from collections.abc import Callable
from pathlib import Path

from reconciler.applying.operator import AttestationReply, Question
from reconciler.applying.run import ApplyServices
from reconciler.attestation.submission import Submission
from reconciler.attestation.write import Written, attest
from reconciler.cli.attesting.questions import last_day
from reconciler.cli.clock import Clock
from reconciler.cli.console import say
from reconciler.cli.operator.terminal import TerminalOperator
from reconciler.errors import InputError
from reconciler.journal.file import Journal


def terminal_services(workspace: Path, who: str, journal: Journal, most: int | None, clock: Clock) -> ApplyServices:
    """The powers of whoever sits at the terminal; their words may count for `most` days."""
    until = last_day(clock().date(), most)
    return ApplyServices(TerminalOperator(who, until), writing_words(workspace, who, say, clock), journal)


def writing_words(
    workspace: Path, who: str, remark: Callable[[str], None], clock: Clock
) -> Callable[[Question, AttestationReply], Written | None]:
    """Writes down what somebody vouches for, as an Attestation of the workspace, and remarks where; None, with a remark
    why, for words that cannot be written."""

    def write_word(question: Question, reply: AttestationReply) -> Written | None:
        place = question.school, question.supplier, question.account
        vouching = Submission(*place, reply.facts, who, clock(), reply.expires, reply.evidence)
        try:
            written = attest(workspace, vouching)
        except InputError as error:  # no reason to leave a page that is done: it can be attested later
            remark(f"  Not attested: {error}")
            return None
        remark(f"  Wrote {written.file}: it counts until {reply.expires}.")
        return written

    return write_word
