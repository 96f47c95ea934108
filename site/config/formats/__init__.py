"""Date formats that differ from those of Django, for FORMAT_MODULE_PATH."""
