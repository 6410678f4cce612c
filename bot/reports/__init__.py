"""What a witness takes along: the report as text, in copyable parts, as a mail and as a PDF.

Nothing here knows of a messenger or of a database: answers go in, documents come out.
"""
