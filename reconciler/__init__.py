"""Third-party access to a school's Bromcom MIS as reviewed code.

The rooms of the house, and which may import which, are told in ARCHITECTURE.md.
"""

__version__ = "0.2.0"
