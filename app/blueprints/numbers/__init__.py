"""The practice's numbers: how full it is, who did not come, how people book."""
