"""What CFIS sends to Fivaldi, and what it makes of the answers. It never sees the books."""
