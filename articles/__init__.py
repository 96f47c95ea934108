"""The encyclopedia: articles by name, the desk, and the public site."""

VERSION = "0.1"
