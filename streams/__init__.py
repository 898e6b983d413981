"""News wires in, stories out: a long-running stream processor on Kafka."""

__version__ = "0.1.0"
