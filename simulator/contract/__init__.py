"""What may be said: the partner API as data, read from `schemas/`."""
