"""The language server: what `gsl.authoring.editing` and completion know, spoken over pygls."""
