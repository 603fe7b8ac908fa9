"""What things are: frozen data, the words of the glossary, no I/O, no clock, no environment."""
