"""A machine that follows a runbook on the practice pages: it sees labels and fills in forms as a person does."""
