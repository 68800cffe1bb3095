"""Stage 6: the tone of a text, with a confidence and the words that made it.

base        the protocol of a backend, and which there are
textblob    the lexicons of textblob-fr and TextBlob
judge       a mention whole: its general tone, and the tone towards each topic that it names
"""
