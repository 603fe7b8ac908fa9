"""The glossary's words as frozen data: no I/O, no clock, no environment."""
