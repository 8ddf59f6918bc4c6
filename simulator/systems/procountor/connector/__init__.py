"""What CFIS sends to Procountor, and what it makes of the answers. It never sees the books."""
