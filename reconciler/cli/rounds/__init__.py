"""The commands of `reconciler round`, one a file, and what they share."""
