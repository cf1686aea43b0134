"""The feeds, one module each; every module's `FEED` is an instance of the port in `sources.feed`."""
