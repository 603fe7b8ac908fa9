"""The memory of a sandbox: schools, people, accounts, injected faults."""
