"""The live board: what an editor looks at. Reads ``stories.updated``, writes nothing."""
