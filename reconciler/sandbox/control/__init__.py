"""The controls of a sandbox, in the process and over HTTP."""
