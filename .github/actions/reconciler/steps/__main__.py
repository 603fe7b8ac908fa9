"""The steps of the workflows, by name: `python -I steps NAME`. A step reads its settings from the environment.

Any Python can read this file, to report one that is too old without a SyntaxError.
"""

import sys

OLDEST = (3, 8)

if __name__ == "__main__":
    if sys.version_info < OLDEST:
        needed = ".".join(map(str, OLDEST))
        version = sys.version.split()[0]
        message = "::error title=Python is too old::The steps need python3 %s or newer. This machine has %s.\n"
        sys.stdout.write(message % (needed, version))
        sys.exit(1)
    from named import main

    sys.exit(main(sys.argv[1:]))
