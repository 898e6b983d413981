"""What a story says: headline, summary, keywords, statements, and what counts as a key number."""
