"""The logins that earlier runs saw work, by what drift runs and begun applies left in the state folder."""

from collections.abc import Sequence
from pathlib import Path

from reconciler.applying.plan_files import read_plan
from reconciler.errors import InputError
from reconciler.planning.refused_login import WorkingLogins, working_logins
from reconciler.state_folder.paths import plans_of, told_of


def remembered_logins(workspace: Path, name: str, memories: Sequence[Path] = ()) -> WorkingLogins:
    """{account: the reference to the password that it worked with}; what cannot be read proves nothing.

    name      the workspace's name in its manifests
    memories  the files of drift runs beside the usual one
    """
    from reconciler.notifications.state_file import StateFile

    logins: WorkingLogins = {}
    try:
        plans = sorted(plans_of(workspace).glob("*.json"), key=_age)
    except OSError:  # another user's folder; from Python 3.13 on, none is found there
        plans = []
    for file in plans:
        try:
            saved = read_plan(file)
        except InputError:
            continue
        if saved.plan.workspace == name:
            logins = working_logins(logins, saved.plan)
    for file in (told_of(workspace), *memories):
        try:
            logins = {**logins, **StateFile(file, hidden=True).read(name).remembered.logins}
        except InputError:
            continue
    return logins


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
