"""Logging in: a second factor, OpenID Connect, and the audit log."""
