"""The commands of ``dontlookaway``, one module each."""
