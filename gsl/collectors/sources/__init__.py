"""Entities out of what AWS itself writes: credential reports, replies of calls, items of AWS Config.

Nothing here knows of files: texts and parsed documents go in, entities come out, with `_errors` for
all that such a source cannot tell.
"""
