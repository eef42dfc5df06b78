"""Writes of shipping: consignees, opening, picking, the second person's check, confirming."""
