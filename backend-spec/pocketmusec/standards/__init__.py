"""Reading standards out of PDFs; everything here runs in the worker process only."""
