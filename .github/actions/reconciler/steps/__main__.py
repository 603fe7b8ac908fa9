"""The steps of the workflows, by name: `python -I steps NAME`. What a step is told stands in its environment.

This file alone is read by any Python, so that one that is too old is told so, and not by a SyntaxError.
"""

import sys

OLDEST = (3, 8)

if __name__ == "__main__":
    if sys.version_info < OLDEST:
        needed = ".".join(map(str, OLDEST))
        found = sys.version.split()[0]
        told = "::error title=Python is too old::The steps need python3 %s or newer; this machine has %s: install it.\n"
        sys.stdout.write(told % (needed, found))
        sys.exit(1)
    from named import main

    sys.exit(main(sys.argv[1:]))
