"""Networks with known answers, and what the published implementation drew with them."""
