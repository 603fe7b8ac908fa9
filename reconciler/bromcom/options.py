"""The limits of a probing run. Light to import: nothing here opens a connection."""

from typing import Literal, NamedTuple

from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """The limits of one run.

    concurrency  requests in flight at the same time, over all hosts
    per_host     the same for one host; None: as many as `concurrency`
    rate         requests a second to one host; None or 0: no limit
    timeout      seconds for one request, from the first byte sent to the last byte read
    retries      how often a read that got no answer is asked again
    deep         also read the columns (never the rows) of every declared entity that is listed, and ask whose
                 database answers
    wsdl         build messages from our own contract, or from the one that the platform publishes
    """

    concurrency: int = 16
    per_host: int | None = None
    rate: float | None = 100.0
    timeout: float = 30.0
    retries: int = 2
    deep: bool = False
    wsdl: Literal["built-in", "live"] = "built-in"


class ProbeProgress(NamedTuple):
    """A further school or access is settled: how many are, of how many, and the last one's name."""

    done: int
    total: int
    last: str
