"""Pictures from outside the data set, for measuring a finished network: native files, external films, other pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plainfilm.errors import PlainfilmError
from training.films.prepared import picture_files


@dataclass(frozen=True)
class ExternalPictures:
    """Folders of pictures; a folder that is not given is not measured.

    Attributes:
        native: A folder `CLASS/FILE` with the native files of films that the data set holds as copies of the same name.
        external: Folders of external chest films.
        not_chest: A folder `KIND/FILE` of pictures that are not chest films.
        laterals: A folder of chest films from the side.

    Raises:
        PlainfilmError: A folder is not there.
    """

    native: Path | None = None
    external: tuple[Path, ...] = ()
    not_chest: Path | None = None
    laterals: Path | None = None

    def __post_init__(self) -> None:
        for given in filter(None, (self.native, self.not_chest, self.laterals, *self.external)):
            if not given.is_dir():
                raise PlainfilmError(f"there is no folder {given}", expected="a folder of pictures")

    @property
    def chest(self) -> list[Path]:
        """The folders of chest films."""
        return [folder for folder in (self.native, *self.external) if folder is not None]

    def not_chest_by_kind(self) -> dict[str, list[Path]]:
        """The pictures that are not chest films, by kind."""
        by_kind: dict[str, list[Path]] = {}
        if self.not_chest:
            for file in picture_files(self.not_chest):
                by_kind.setdefault(file.relative_to(self.not_chest).parts[0], []).append(file)
        return by_kind


NOTHING = ExternalPictures()
