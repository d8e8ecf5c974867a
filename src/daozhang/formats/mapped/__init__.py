"""Tables of any maker, read by a declaration (``spec.Mapping``) instead of a module: one TOML is one format."""
