"""What leaves the house: letters by e-mail, alerts to coaches, webhooks."""
