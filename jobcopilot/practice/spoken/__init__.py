"""A practice session by voice: what was heard becomes the answer, the interviewer begins while the person still ends."""
