"""Faults against the real worker on a real Kafka, and the check of the whole log afterwards.

``python -m tests.faults --help`` runs a schedule; docs/reliability.md says what is checked and what was found.
"""
