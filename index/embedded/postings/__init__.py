"""Which parts hold a term: an inverted index in sorted arrays, for one machine and many millions.

Terms are kept with their parts in SQLite, and that is what is durable. From there they are put
into sorted arrays by which they are found: the newest in memory, older ones in files that are
mapped and never changed, four of a size merged into one (a log-structured merge tree: O'Neil and
others 1996). The files can be made anew at any time.
"""
