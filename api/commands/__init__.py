"""The sub-commands of `creditnet`."""
