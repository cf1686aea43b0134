"""Assessment by rules: marks that quote the words they rest on, and no number where there is nothing to judge."""

from jobcopilot.practice.assessment.answer import assess_answer, assess_reading
from jobcopilot.practice.assessment.session import assess_session

__all__ = ["assess_answer", "assess_reading", "assess_session"]
