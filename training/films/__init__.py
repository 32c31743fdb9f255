"""Films on disk and as arrays: decoding, preprocessing, patients, splits, phantoms, augmentation."""
