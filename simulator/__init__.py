"""A local simulator of the CFIS partner API."""

__version__ = "0.1.0"
