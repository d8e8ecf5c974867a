"""What banks answer about payments that were sent: the ISO 20022 status reports and returns."""
