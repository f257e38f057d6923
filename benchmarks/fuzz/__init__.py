"""Thousands of damaged files through every decoder: none may crash, hang or eat the memory."""
