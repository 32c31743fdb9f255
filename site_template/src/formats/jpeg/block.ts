// A block of 8 × 8 coefficients as grey levels, to the very level as the decoders of browsers and of Pillow have them: libjpeg's exact integer transform
// (Loeffler, Ligtenberg and Moschytz, 1989), rounded where that rounds. Written out for columns and for rows: one function for both took a quarter longer
// to decode a film.

/** Pixels of a block's side. */
export const SIDE = 8;

/** Where the k-th coefficient of the zigzag stands, row after row. */
export const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]);

// Numbers by name, for a compiler to put them in place. Factors have 13 bits behind the point; 2 more are kept between the columns and the rows.
const FIX_0_298631336 = 2446;
const FIX_0_390180644 = 3196;
const FIX_0_541196100 = 4433;
const FIX_0_765366865 = 6270;
const FIX_0_899976223 = 7373;
const FIX_1_175875602 = 9633;
const FIX_1_501321110 = 12299;
const FIX_1_847759065 = 15137;
const FIX_1_961570560 = 16069;
const FIX_2_053119869 = 16819;
const FIX_2_562915447 = 20995;
const FIX_3_072711026 = 25172;
/** For block_simd.ts. */
export const FACTORS = {
  FIX_0_298631336, FIX_0_390180644, FIX_0_541196100, FIX_0_765366865,
  FIX_0_899976223, FIX_1_175875602, FIX_1_501321110, FIX_1_847759065,
  FIX_1_961570560, FIX_2_053119869, FIX_2_562915447, FIX_3_072711026,
};
export const BITS = 13;
const KEPT = 2;
export const OF_COLUMNS = 11;
export const OF_ROWS = 18;
/** Half of what is shifted away, and for rows the middle grey, 128, as well. */
export const HALF_OF_COLUMNS = 0x400;
export const HALF_OF_ROWS = 0x2020000;

/** Between the columns and the rows. */
const between = new Int32Array(SIDE * SIDE);

/**
 * Writes a block's levels to `levels` from `at` on, a row each `stride`. `coefficients` are multiplied by their steps, in rows; they are 0 afterwards.
 * `columns` has a bit for each column that may hold any but a first coefficient.
 */
export function paintBlock(coefficients: Int32Array, columns: number, levels: Uint8ClampedArray, at: number, stride: number): void {
  for (let x = 0; x < SIDE; x += 1) {
    const first = coefficients[x]!;
    coefficients[x] = 0;
    if (((columns >> x) & 1) === 0) {
      const level = first << KEPT;
      between[x] = level;
      between[x + 8] = level;
      between[x + 16] = level;
      between[x + 24] = level;
      between[x + 32] = level;
      between[x + 40] = level;
      between[x + 48] = level;
      between[x + 56] = level;
      continue;
    }
    const c1 = coefficients[x + 8]!;
    const c2 = coefficients[x + 16]!;
    const c3 = coefficients[x + 24]!;
    const c4 = coefficients[x + 32]!;
    const c5 = coefficients[x + 40]!;
    const c6 = coefficients[x + 48]!;
    const c7 = coefficients[x + 56]!;
    coefficients[x + 8] = 0;
    coefficients[x + 16] = 0;
    coefficients[x + 24] = 0;
    coefficients[x + 32] = 0;
    coefficients[x + 40] = 0;
    coefficients[x + 48] = 0;
    coefficients[x + 56] = 0;
    const even = Math.imul(c2 + c6, FIX_0_541196100);
    const even2 = even - Math.imul(c6, FIX_1_847759065);
    const even3 = even + Math.imul(c2, FIX_0_765366865);
    const sum = ((first + c4) << BITS) + HALF_OF_COLUMNS;
    const difference = ((first - c4) << BITS) + HALF_OF_COLUMNS;
    const e0 = sum + even3;
    const e3 = sum - even3;
    const e1 = difference + even2;
    const e2 = difference - even2;
    const odd = Math.imul(c7 + c3 + c5 + c1, FIX_1_175875602);
    const z1 = Math.imul(c7 + c1, -FIX_0_899976223);
    const z2 = Math.imul(c5 + c3, -FIX_2_562915447);
    const z3 = odd - Math.imul(c7 + c3, FIX_1_961570560);
    const z4 = odd - Math.imul(c5 + c1, FIX_0_390180644);
    const o0 = Math.imul(c7, FIX_0_298631336) + z1 + z3;
    const o1 = Math.imul(c5, FIX_2_053119869) + z2 + z4;
    const o2 = Math.imul(c3, FIX_3_072711026) + z2 + z3;
    const o3 = Math.imul(c1, FIX_1_501321110) + z1 + z4;
    between[x] = (e0 + o3) >> OF_COLUMNS;
    between[x + 56] = (e0 - o3) >> OF_COLUMNS;
    between[x + 8] = (e1 + o2) >> OF_COLUMNS;
    between[x + 48] = (e1 - o2) >> OF_COLUMNS;
    between[x + 16] = (e2 + o1) >> OF_COLUMNS;
    between[x + 40] = (e2 - o1) >> OF_COLUMNS;
    between[x + 24] = (e3 + o0) >> OF_COLUMNS;
    between[x + 32] = (e3 - o0) >> OF_COLUMNS;
  }
  for (let y = 0, from = 0, to = at; y < SIDE; y += 1, from += 8, to += stride) {
    const first = between[from]!;
    const c1 = between[from + 1]!;
    const c2 = between[from + 2]!;
    const c3 = between[from + 3]!;
    const c4 = between[from + 4]!;
    const c5 = between[from + 5]!;
    const c6 = between[from + 6]!;
    const c7 = between[from + 7]!;
    const even = Math.imul(c2 + c6, FIX_0_541196100);
    const even2 = even - Math.imul(c6, FIX_1_847759065);
    const even3 = even + Math.imul(c2, FIX_0_765366865);
    const sum = ((first + c4) << BITS) + HALF_OF_ROWS;
    const difference = ((first - c4) << BITS) + HALF_OF_ROWS;
    const e0 = sum + even3;
    const e3 = sum - even3;
    const e1 = difference + even2;
    const e2 = difference - even2;
    const odd = Math.imul(c7 + c3 + c5 + c1, FIX_1_175875602);
    const z1 = Math.imul(c7 + c1, -FIX_0_899976223);
    const z2 = Math.imul(c5 + c3, -FIX_2_562915447);
    const z3 = odd - Math.imul(c7 + c3, FIX_1_961570560);
    const z4 = odd - Math.imul(c5 + c1, FIX_0_390180644);
    const o0 = Math.imul(c7, FIX_0_298631336) + z1 + z3;
    const o1 = Math.imul(c5, FIX_2_053119869) + z2 + z4;
    const o2 = Math.imul(c3, FIX_3_072711026) + z2 + z3;
    const o3 = Math.imul(c1, FIX_1_501321110) + z1 + z4;
    levels[to] = (e0 + o3) >> OF_ROWS;
    levels[to + 7] = (e0 - o3) >> OF_ROWS;
    levels[to + 1] = (e1 + o2) >> OF_ROWS;
    levels[to + 6] = (e1 - o2) >> OF_ROWS;
    levels[to + 2] = (e2 + o1) >> OF_ROWS;
    levels[to + 5] = (e2 - o1) >> OF_ROWS;
    levels[to + 3] = (e3 + o0) >> OF_ROWS;
    levels[to + 4] = (e3 - o0) >> OF_ROWS;
  }
}
