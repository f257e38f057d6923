"""Spiders: one a channel, thin. They say what a page is and where it leads, nothing else."""
