"""Changes of entities: where values are replaced, and which others the parts of a rule ask for."""
