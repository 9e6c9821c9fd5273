"""Stillpoint, the booking system of one bodywork practice: the map of its packages.

From the inside outwards; each imports only what stands above it (checked by import-linter, see pyproject.toml):

- ``domain``      the rules: pure values and functions, standard library only
- ``extensions``, ``clock``, ``links``, ``vault``, ``wording``, ``languages``   the edges that everybody shares: database
  object, time, signed links, encryption, dates and money as people write them, catalogues of translations
- ``models``      the tables
- ``store``       loads and saves: rows to values and back; the only package that writes queries
- ``emails``      composes e-mails from facts; ``delivery`` carries them out of the door; ``sheets`` makes what is printed,
  ``pictures`` what is drawn
- ``actions``     use cases: one function, one transaction, one thing that people do
- ``web``         what all pages share; ``blueprints`` the pages
- ``worker``      what is done without anybody clicking; ``cli`` what is done from the command line
- ``factory``, ``logs``   put it together, and say what happens

Start reading at ``domain/slots.py`` (when is a time free?) and ``actions/booking.py`` (how is it booked?).
"""
