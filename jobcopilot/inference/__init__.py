"""Language models: one port, its adapters, model files, and the engine process that thinks."""
