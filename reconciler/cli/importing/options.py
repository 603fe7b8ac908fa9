"""The options of everything that takes accounts over."""

from typing import Final

import click

from reconciler.importing.concerns import Concern

LEFT_OUT: Final = (Concern.BEYOND_PROFILE, Concern.SENSITIVE)

leave_out_option = click.option(
    "--leave-out",
    type=click.Choice([concern.value for concern in LEFT_OUT]),
    multiple=True,
    help="Keep these entities out of the manifests: the next plan shows them as too much.",
)
allow_http_option = click.option(
    "--allow-http",
    is_flag=True,
    help="Allow a server without https, where passwords can be read on the way. The manifest says so.",
)
