"""What each operation of the partner API does: functions of a world and a request."""
