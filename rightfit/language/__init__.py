"""From what a client typed to records: needs, asides, distress, help out of scope."""
