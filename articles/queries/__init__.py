"""Read queries over several tables: plain functions that pages, the API and the admin call."""
