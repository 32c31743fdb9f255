"""Data sets that come with packages, written as folders of pictures: to try everything on something other than radiographs."""
