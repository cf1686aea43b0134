"""A practice session by voice: what was heard becomes the answer while the interviewer already reads it."""
