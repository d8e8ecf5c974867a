"""A small world of payments: it writes the files real parties would send, and the truth apart from them."""
