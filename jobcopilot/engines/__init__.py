"""What every engine process has in common: how it is started and watched from outside, and how it is spoken to."""
