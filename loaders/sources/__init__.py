"""One TOML a source; see `loaders.mapping`."""
