// The capitals that a phantom's mark needs, five by seven pixels each.

/** Rows from the top, five bits each. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  M: [17, 27, 21, 21, 17, 17, 17],
  N: [17, 25, 25, 21, 19, 19, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  T: [31, 4, 4, 4, 4, 4, 4],
  W: [17, 17, 17, 21, 21, 27, 17],
  ",": [0, 0, 0, 0, 4, 4, 8],
};

/** Whether a pixel of a letter is set; the sixth column parts it from the next one. */
export function letterAt(letter: string, column: number, row: number): boolean {
  return column < 5 && ((LETTERS[letter]?.[row] ?? 0) & (16 >> column)) !== 0;
}
