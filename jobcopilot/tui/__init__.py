"""The face in the terminal; the only room that imports Textual."""
