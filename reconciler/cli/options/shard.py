"""`--shard`: the part of a run that one of several machines takes."""

import os
import re
from typing import Final

import click

from reconciler.cli.options.general import Options
from reconciler.model.shard import MOST_PARTS, Shard

_SHARD: Final = re.compile(r"(auto|[0-9]{1,4})(?:/([0-9]{1,4}))?")


class _ShardType(click.ParamType[Shard]):
    name = "N/M"

    def convert(self, value: object, parameter: click.Parameter | None, context: click.Context | None) -> Shard:
        """Parse `1/8`, counted from 1; `auto` asks GitLab, and `auto/8` Kubernetes, which counts from 0."""
        match = _SHARD.fullmatch(str(value))
        if not match or (match[1] != "auto" and not match[2]):
            self.fail(f"{value!r} is not a part such as 1/8, auto or auto/8.", parameter, context)
        try:
            shard = _shard(match[1], match[2])
        except ValueError as error:
            self.fail(str(error), parameter, context)
        if not shard.is_possible:
            problem = f"there is no part {shard}: parts are counted from 1, and there are {MOST_PARTS} at most."
            self.fail(problem, parameter, context)
        return shard


def _shard(number: str, of: str | None) -> Shard:
    if number != "auto":
        return Shard(int(number), int(of or 0))
    if of:
        return Shard(_variable("JOB_COMPLETION_INDEX") + 1, int(of))
    return Shard(_variable("CI_NODE_INDEX"), _variable("CI_NODE_TOTAL"))


def _variable(name: str) -> int:
    """Return the number in a variable; raises ValueError if there is none."""
    text = os.environ.get(name, "")
    if not (text.isascii() and text.isdigit()):
        raise ValueError(
            f"auto reads {name}, which is {repr(text) if text else 'not set'} here. GitLab sets it in a job with "
            "`parallel`, or Kubernetes in an Indexed Job. Elsewhere name the part, such as 1/8."
        )
    return int(text)


shard_option: Options = click.option(
    "--shard",
    type=_ShardType(),
    metavar="N/M|auto[/M]",
    help="Check only the schools of part N of M, on one of M machines; `merge` joins their JSON reports. auto takes N "
    "and M from GitLab's `parallel`, auto/M takes N from a Kubernetes Indexed Job.",
)
