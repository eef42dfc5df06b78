"""What is done with rejected goods: returned, destroyed, regraded."""
