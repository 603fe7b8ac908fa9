"""After a drift run: a heartbeat for a watcher of jobs, and a notification for people when there is news."""
