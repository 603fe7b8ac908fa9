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

    concurrency: int = 64
    per_host: int | None = None
    rate: float | None = None
    timeout: float = 30.0
    retries: int = 2
    deep: bool = False
    wsdl: Literal["built-in", "live"] = "built-in"


class ProbeProgress(NamedTuple):
    """A further school or access is settled: how many are, of how many, and the last one's name."""

    done: int
    total: int
    last: str


class HostLoad(NamedTuple):
    """What a host bore in a run.

    requests   all that were sent, refused ones included
    refused    of them, as one too many
    silent     of them, without an answer
    at_once    the most at a time
    best_rate  the most answers in one second
    latency    the median of the last thousand answers, in seconds; None without any
    """

    host: str
    requests: int
    refused: int
    silent: int
    at_once: int
    best_rate: int
    latency: float | None
