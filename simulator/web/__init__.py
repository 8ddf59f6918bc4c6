"""HTTP over worlds: the partner API, the control API, and the server that carries both."""
