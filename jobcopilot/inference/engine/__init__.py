"""The engine process that thinks: llama.cpp in a child, so that a crash takes one answer with it and nothing else."""
