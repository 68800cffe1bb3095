"""The tables of the cache as SQL, a file for each migration; `schema` says when each is run. Append only."""
