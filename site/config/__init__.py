"""The Django project: settings, URLs, middleware, page cache and server."""
