"""What CFIS sends to Fennoa, and what it makes of the answers. It never sees the books."""
