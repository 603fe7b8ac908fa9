"""After a drift run: a heartbeat for whoever watches jobs, and a notification for people when there is news."""
