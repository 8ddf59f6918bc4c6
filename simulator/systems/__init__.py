"""The accounting systems behind CFIS: one package or file each, none of which knows another or a world."""
