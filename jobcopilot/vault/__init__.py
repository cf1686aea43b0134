"""Where passwords and tokens are kept: the system's keyring, or an encrypted file."""
