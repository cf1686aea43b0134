"""What every engine has in common: its process from outside, how it is spoken to, how its models are fetched."""
