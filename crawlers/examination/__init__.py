"""Examination: what was captured is decoded and matched, in processes of their own."""
