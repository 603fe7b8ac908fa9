"""The commands of `history`, one a file."""
