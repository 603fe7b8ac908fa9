"""What to do: desired and live in, a plan out. No I/O, no clock, no environment."""
