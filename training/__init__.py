"""From a folder of chest X-rays to a trained, evaluated network: prepare, fit, evaluate, report."""
