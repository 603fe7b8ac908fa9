"""Where the thread of a run asks, and browsers read and answer."""

from dataclasses import replace
from enum import StrEnum
from threading import Condition
from typing import Final, TypeAlias

from reconciler.applying.operator import OperatorAnswer
from reconciler.errors import ReconcilerError
from reconciler.model.attestation import AttestationReply
from reconciler.report.pages.guided.stages import (
    ASKS,
    ENDS,
    Checking,
    GuidedState,
)
from reconciler.startup import dataclass

_ASKING: Final = Checking("what is there now")


class CheckedAnswer(StrEnum):
    """An answer to the result of a check."""

    NEXT = "next"
    AGAIN = "again"  # it is done now, or Bromcom may answer now: check the page again
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class FactsAnswer:
    """An answer to facts that only a person can see: what they saw of each, or None for not now."""

    reply: AttestationReply | None
    stop: bool = False


class DoubtsAnswer(StrEnum):
    """An answer to the question if what they said is right."""

    YES = "yes"
    NO = "no"  # it is asked again
    LATER = "later"  # nothing is written
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """An answer to a plan that has to be confirmed: the limits that it may exceed. None to leave it."""

    accepted: tuple[str, ...] | None


GuidedAnswer: TypeAlias = OperatorAnswer | CheckedAnswer | FactsAnswer | DoubtsAnswer | PlanAnswer


class StaleAnswerError(ReconcilerError):
    """An answer to a state that is no longer the present one: nothing was done with it."""


class ApplyLeftError(Exception):
    """The person stopped, or the app is closing."""


class GuidedExchange:
    """The states of the guided applies of one app, the present one last.

    States and answers change together under one lock: the run waits for an answer exactly while the present state asks
    for one, so none is lost, taken twice, or kept for a later question.

    token  makes keys of this start of the app unlike those of any other
    """

    def __init__(self, token: str) -> None:
        self._token = token
        self._states: list[GuidedState] = []
        self._changed = Condition()  # its lock may be taken again by its owner
        self._answer: GuidedAnswer | None = None  # until the run takes it
        self._notes: list[str] = []
        self._left = False

    # For browsers.

    @property
    def present(self) -> GuidedState | None:
        """The present state; None before the first apply of this app."""
        with self._changed:
            return self._states[-1] if self._states else None

    @property
    def is_under_way(self) -> bool:
        """True from the beginning of an apply to its end."""
        present = self.present
        return present is not None and not isinstance(present.stage, ENDS)

    def state(self, key: str) -> GuidedState | None:
        """Return the state with this key, present or past; None if there never was one."""
        with self._changed:
            return next((state for state in reversed(self._states) if state.key == key), None)

    def answer(self, key: str, answer: GuidedAnswer) -> GuidedState:
        """Answer the state with this key; return the one that follows. Raises StaleAnswerError for any but the present
        state, and for one that waits for nothing."""
        with self._changed:
            present = self._states[-1] if self._states else None
            if present is None or present.key != key or not isinstance(present.stage, ASKS):
                raise StaleAnswerError("That page was answered already. Nothing was done twice.")
            state = self._follow(replace(present, stage=_ASKING, notes=()))
            self._answer = answer
            return state

    def await_change(self, key: str, seconds: float | None) -> GuidedState | None:
        """Wait until another state than this one is present, at most so long (None: as long as it takes); return the
        present one."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._states) and self._states[-1].key != key, seconds)
            return self._states[-1] if self._states else None

    def leave(self) -> None:
        """Let what is under way end as by `stop`: it waits for no answer any more."""
        with self._changed:
            self._left = True
            self._changed.notify_all()

    # For the thread of the run.

    def begin(self) -> GuidedState:
        """Show that an apply begins."""
        with self._changed:
            self._left = False
            return self._follow(GuidedState("", Checking("what differs now")))

    def show(self, state: GuidedState) -> GuidedState:
        """Show a state, with what was noted since the one before."""
        with self._changed:
            notes, self._notes = tuple(self._notes), []
            return self._follow(replace(state, notes=(*state.notes, *notes)))

    def ask(self, state: GuidedState) -> GuidedAnswer:
        """Show a state, and wait for its answer. Raises ApplyLeftError if the apply is left."""
        with self._changed:
            if self._left:
                raise ApplyLeftError
            self._answer = None
            self.show(state)
            self._changed.wait_for(lambda: self._answer is not None or self._left)
            if self._answer is None:
                raise ApplyLeftError
            return self._answer

    def note(self, text: str) -> None:
        """Note what happened, for the next state that is shown."""
        with self._changed:
            self._notes.append(text.strip())

    def _follow(self, state: GuidedState) -> GuidedState:
        state = replace(state, key=f"{self._token}-{len(self._states) + 1}")
        self._states.append(state)
        self._changed.notify_all()
        return state
