"""From answers to what client and coach read; extractive, never written by a machine."""
