"""The tests; they mirror the sources, file by file."""
