"""AWS accounts to entities: which calls there are, what each fills, and what it costs when one fails.

A collector says how the entities of one type are listed, and which further calls fill which of
their properties (`parts.py`). `table.py` names all collectors. Nothing here knows of rules, and
boto3 is imported only when a client is made.
"""
