"""Reports on their way to a partner hotline: sealed, queued, delivered at least once."""
