"""Findings, and the formats made of them: SARIF, JUnit, GitHub annotations."""
