"""A class-conditional GAN with adaptive discriminator augmentation (Karras et al. 2020, arXiv:2006.06676), small enough for a CPU.

`config` says what a run is, `networks` and `augment` what it trains, `fit` is the story; `sample` makes films, `evaluate` judges them.
"""
