"""What reports for people who answer for third-party access are made of."""
