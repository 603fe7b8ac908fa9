"""`python -m reconciler`: the same as the `reconciler` command."""

import os
import sys

if __name__ == "__main__":
    # Python looks for modules in the current folder first, and what lies there may have come with the manifests: a
    # `yaml.py` would run with the passwords. This goes before every other import.
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != os.path.realpath("")]
    from reconciler.cli.main import run

    run()
