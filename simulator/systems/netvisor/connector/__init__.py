"""What CFIS sends to Netvisor, and what it makes of the answers. It never sees the books."""
