"""The encyclopedia: articles, their admin and the public site."""

VERSION = "0.2.0"
