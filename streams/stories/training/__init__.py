"""Training of the matcher's model. Not imported at run time; needs the extra ``train``."""
