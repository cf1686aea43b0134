"""What postings say together: pay, demand and the gap for a role and a place, with the number behind every figure."""
