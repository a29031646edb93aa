"""The server is killed, the network cut, the disk filled: every acknowledged mark is there, once."""
