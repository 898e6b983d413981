"""The records of every topic, their validation and their published schemas."""
