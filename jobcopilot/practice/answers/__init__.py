"""Reading an answer: pure functions over text, for the assessment and for the built-in interviewer."""
