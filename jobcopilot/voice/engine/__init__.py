"""The engine process that listens: microphone, Silero and Whisper in a child, so that a crash costs no word said."""
