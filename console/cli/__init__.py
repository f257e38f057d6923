"""The command line `marque`: a module a group of commands."""
