"""What CFIS sends to NetBaron, and what it makes of the answers. It never sees the books."""
