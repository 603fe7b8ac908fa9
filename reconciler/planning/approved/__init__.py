"""An approved plan against the live side: due, remaining, stale, and its outcomes."""
