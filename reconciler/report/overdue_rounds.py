"""An overdue round, in words: the same in a drift run and in its notifications."""

from reconciler.model.attestation import Round


def overdue_line(reviewed: Round) -> str:
    """Say since when a round is overdue, what is left, and the command that goes on."""
    left, number = len(reviewed.undecided), len(reviewed.accesses)
    if left:
        return (
            f"The round {reviewed.name} was due on {reviewed.due}, and {left} of {number} accesses are not decided: "
            "`reconciler round sheet decisions.csv`."
        )
    return f"The round {reviewed.name} was due on {reviewed.due}, and is decided: `reconciler round close`."
