"""Read, write and keep plan files."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from reconciler import __version__
from reconciler.codec.plan_file import in_own_words, parse, pieces
from reconciler.errors import InputError
from reconciler.files import PRIVATE_FOLDER, read_text, write_text_atomically
from reconciler.model.plan import Plan, SavedPlan
from reconciler.state_folder.folder import refuse_strange, why_not

VALID_DAYS: Final = 7
_LONG_ENOUGH: Final = 16  # characters of a fingerprint in a file's name


def approval_of(plan: Plan, now: datetime, days: int = VALID_DAYS) -> SavedPlan:
    """Return the plan as one that may be carried out for so many days from now."""
    return SavedPlan(plan, now, now + timedelta(days=days))


def read_plan(file: Path) -> SavedPlan:
    """Read a plan that `plan --out` wrote, with notes and reasons in our own words; raises InputError if it is none."""
    # `validate` loads this module too, and needs neither.
    from reconciler.report.story.phrases import UNKNOWN_REASONS
    from reconciler.workflow import sensitivity

    saved = parse(read_text(file, what="the plan"), f"the plan {file}")
    return replace(saved, plan=in_own_words(saved.plan, sensitivity(), UNKNOWN_REASONS))


def write_plan(saved: SavedPlan, file: Path) -> None:
    """Write a plan that only its owner may read; raises InputError if that cannot be done."""
    text = pieces(saved.plan, version=__version__, created=saved.created, expires=saved.expires)
    write_text_atomically(file, text, private=True)


def keep_plan(saved: SavedPlan, folder: Path) -> str:
    """Keep a plan that is being carried out; return the name of its file. Raises InputError if a link is in the way."""
    name = _kept_name(saved.plan.fingerprint)
    refuse_strange(folder.parent)
    refuse_strange(folder, folder / name)
    try:
        folder.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The plan could not be kept in {folder}: {why_not(error)}.") from None
    write_plan(saved, folder / name)
    return name


def kept_plan(fingerprint: str, folder: Path) -> SavedPlan:
    """Read the kept plan with this fingerprint. The journal names its file too, and is not trusted with that.

    Raises InputError if it is gone, or cannot be read.
    """
    file = folder / _kept_name(fingerprint)
    refuse_strange(folder.parent)
    refuse_strange(folder, file)
    if not file.exists():
        raise InputError(
            f"The plan that was begun was kept as {file}, which is gone. Put it back, or start again: "
            "`reconciler plan --out plan.json`, then `reconciler apply plan.json`."
        )
    return read_plan(file)


def _kept_name(fingerprint: str) -> str:
    return f"{fingerprint[:_LONG_ENOUGH]}.json"
