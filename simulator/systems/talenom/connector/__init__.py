"""What CFIS sends to Talenom, and what it makes of the answers. It never sees the books."""
