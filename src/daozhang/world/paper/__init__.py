"""The papers the parties write: one module per kind of file, bytes exactly as a real one would come."""
