"""From rules to generated Python: what they read, the code of one rule, one function for each entity type."""
