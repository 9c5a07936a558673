"""Documents: from the upload over the import to the shelf."""
