"""Who somebody is, read from a résumé or an export."""

from jobcopilot.profiles.importers.files import read_resume

__all__ = ["read_resume"]
