"""What ties the app to a running site: settings, addresses, server."""
