"""The write service: it logs every call, and writes nothing.

Of the real one only some names of operations are known. A licence for it is sold separately, and no school here
has one.
"""

from typing import NoReturn

from reconciler.sandbox.service.authentication import check_database, log_in, school_of
from reconciler.sandbox.service.soap import Call, unable
from reconciler.sandbox.state.database import SandboxDatabase
from reconciler.sandbox.state.fault_injection import Trouble


def answer(database: SandboxDatabase, call: Call, troubles: tuple[Trouble, ...]) -> NoReturn:
    """Answer a call to the write service: always with Fault or Refused."""
    school = school_of(database, call)
    check_database(troubles)
    log_in(database, school, call)
    raise unable(f"{school.name} has no licence for the write service. Nothing was written.")
