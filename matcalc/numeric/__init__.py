"""Floor 6: numbers: evaluation with NumPy, an independent one with 50 digits, random points, verification of derivatives."""
