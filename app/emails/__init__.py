"""COMPOSE. Facts in, an e-mail out; never sends, never queries."""
