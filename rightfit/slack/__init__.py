"""Slack: the interview in a direct message, and the review where coaches already are."""
