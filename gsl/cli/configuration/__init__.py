"""Options from a file and from the environment: finding, reading, checking, and who said what."""
