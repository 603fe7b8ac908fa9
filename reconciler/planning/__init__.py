"""Plan in pure code: desired and live in, a plan out. No I/O, no clock, no environment."""
