"""Speaking and being heard: microphone, end of turn, transcription while somebody speaks, how they spoke."""
