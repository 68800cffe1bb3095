"""Stage 6: the tone of a text, with a confidence and the words that made it.

base        the protocol of a backend, and which there are
linear      the default: our own weights over hashed words and letters (features), with its reasons
textblob    the lexicons of textblob-fr and TextBlob
ratings     what stars say beside the words
judge       a mention whole: its general tone, and the tone towards each topic that it names (clauses)
personal    what corrections taught
"""
