"""What then happens: one isolated client account of CFIS, as a deterministic state machine."""
