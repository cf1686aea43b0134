"""Job feeds: where postings are published, how they are asked for gently, and what became of each poll."""
