"""The start of the program without Python. It has one package called reconciler, so there is nothing to check first."""

from reconciler.__main__ import run

run()
