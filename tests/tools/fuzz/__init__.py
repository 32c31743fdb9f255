"""`make fuzz`: damaged files through the page, generated DICOM files by page and Python, thousands of films, killed commands."""
