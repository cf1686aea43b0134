"""Assessment by rules: marks that quote the words they rest on, and no number where there is nothing to judge."""

from jobcopilot.practice.assessment.answer import assess_answer

__all__ = ["assess_answer"]
