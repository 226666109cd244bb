"""What may follow what once an intake is with its coach: decided from one log of events."""
