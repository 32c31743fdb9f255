"""What numbers and names in a configuration may be: msgspec holds a file against them, and `plainfilm.toml_files` names what is not."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

# Wide enough for whatever somebody might try; what lies outside ends hours later in no number, no memory, or no end.
Count = Annotated[int, Meta(ge=1, le=1_000_000, title="a whole number, 1 or more")]
CountOrNone = Annotated[int, Meta(ge=0, le=1_000_000, title="a whole number, 0 or more")]
Seed = Annotated[int, Meta(ge=0, lt=2**31, title="a whole number, 0 or more and below 2147483648")]
Side = Annotated[int, Meta(ge=1, le=4096, title="pixels, 1 to 4096")]
Units = Annotated[int, Meta(ge=1, le=65_536, title="a whole number, 1 to 65536")]
UnitsOrNone = Annotated[int, Meta(ge=0, le=65_536, title="a whole number, 0 to 65536")]
Share = Annotated[float, Meta(ge=0, le=1, title="a number, 0 to 1")]
Part = Annotated[float, Meta(gt=0, le=1, title="a number above 0, at most 1")]
PartLeft = Annotated[float, Meta(ge=0, lt=1, title="a number from 0 on, below 1")]
Rate = Annotated[float, Meta(gt=0, le=100, title="a number above 0, at most 100")]
Degrees = Annotated[float, Meta(ge=0, le=180, title="degrees, 0 to 180")]
SlantDegrees = Annotated[float, Meta(ge=0, lt=90, title="degrees from 0 on, below 90")]
Range = Annotated[float, Meta(ge=0, le=10, title="a number, 0 to 10")]
Quality = Annotated[int, Meta(ge=1, le=100, title="a whole number, 1 to 100")]
Width = Annotated[float, Meta(gt=0, le=10, title="a number above 0, at most 10")]

# A folder's name, which never leads out of the folder that it lies in.
Name = Annotated[str, Meta(pattern=r"^[^./\\\s\0][^/\\\0\r\n]{0,199}$", title="a name for a folder, without slashes")]
PathText = Annotated[str, Meta(pattern=r"^[^\0]+$", max_length=4000, title="a path")]
PathOrNone = Annotated[str, Meta(pattern=r"^[^\0]*$", max_length=4000, title="a path, or nothing")]
