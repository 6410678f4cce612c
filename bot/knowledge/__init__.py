"""Places, contacts, events and tips: read-only look-ups over `data/`."""
