"""Languages: which one a person reads, what is translated into it, and what translators work on.

English is the source language. Its sentences stand in the flows, in the contacts and in the code;
every other language is one gettext file, ``locales/xx/LC_MESSAGES/messages.po``, read as it is.
What the studio's page says to staff stands in ``studio.po`` beside it, where somebody made one.
"""
