"""The tasks of docs/editing.md, as functions that do them in a browser."""
