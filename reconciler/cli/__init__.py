"""The command line, one verb a file: arguments in, text and an exit code out."""
