"""How much of what pirates do is recognised, and how seldom strangers are taken for copies."""
