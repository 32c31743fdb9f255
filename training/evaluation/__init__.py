"""What a trained network is measured by: operating points, metrics, predictions, figures."""
