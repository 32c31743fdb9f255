// What block.ts does, four columns or rows at once and to the same level. The block's coefficients stand at the beginning of the memory.

import { assembled, type Assembled, constant, get, I32, int4, load, narrow, plus, store, storeHalf, type Body, type Code, type Kernel } from "../../shared/assembler.ts";
import { BITS, FACTORS, HALF_OF_COLUMNS, HALF_OF_ROWS, OF_COLUMNS, OF_ROWS, SIDE } from "./block.ts";

const { add, subtract, multiply, left, right, pick } = int4;
/** Where levels may be written in the memory: behind the coefficients. */
export const FREE = SIDE * SIDE * Int32Array.BYTES_PER_ELEMENT;
const NOWHERE = constant(0);

/** Of eight times four numbers, one transform each. */
function transformed(body: Body, factors: Factors, c: readonly Code[], half: number, bits: number): Code[] {
  const keep = (value: Code): Code => body.keep(value);
  const [c0, c1, c2, c3, c4, c5, c6, c7] = c as [Code, Code, Code, Code, Code, Code, Code, Code];
  const even = keep(multiply(add(c2, c6), factors.FIX_0_541196100));
  const even2 = keep(subtract(even, multiply(c6, factors.FIX_1_847759065)));
  const even3 = keep(add(even, multiply(c2, factors.FIX_0_765366865)));
  const rounding = int4.all(half);
  const sum = keep(add(left(add(c0, c4), BITS), rounding));
  const difference = keep(add(left(subtract(c0, c4), BITS), rounding));
  const e0 = keep(add(sum, even3));
  const e3 = keep(subtract(sum, even3));
  const e1 = keep(add(difference, even2));
  const e2 = keep(subtract(difference, even2));
  const [c73, c51] = [keep(add(c7, c3)), keep(add(c5, c1))];
  const odd = keep(multiply(add(c73, c51), factors.FIX_1_175875602));
  const z1 = keep(multiply(add(c7, c1), factors.FIX_0_899976223));
  const z2 = keep(multiply(add(c5, c3), factors.FIX_2_562915447));
  const z3 = keep(subtract(odd, multiply(c73, factors.FIX_1_961570560)));
  const z4 = keep(subtract(odd, multiply(c51, factors.FIX_0_390180644)));
  const o0 = keep(add(subtract(multiply(c7, factors.FIX_0_298631336), z1), z3));
  const o1 = keep(add(subtract(multiply(c5, factors.FIX_2_053119869), z2), z4));
  const o2 = keep(add(subtract(multiply(c3, factors.FIX_3_072711026), z2), z3));
  const o3 = keep(add(subtract(multiply(c1, factors.FIX_1_501321110), z1), z4));
  const whole = (value: Code): Code => keep(right(value, bits));
  return [
    whole(add(e0, o3)), whole(add(e1, o2)), whole(add(e2, o1)), whole(add(e3, o0)),
    whole(subtract(e3, o0)), whole(subtract(e2, o1)), whole(subtract(e1, o2)), whole(subtract(e0, o3)),
  ];
}

type Factors = Readonly<Record<keyof typeof FACTORS, Code>>;

/** Four times four numbers, rows for columns. */
function transposed(body: Body, [a, b, c, d]: readonly [Code, Code, Code, Code]): [Code, Code, Code, Code] {
  const [ab, cd] = [body.keep(pick(a, b, [0, 4, 1, 5])), body.keep(pick(c, d, [0, 4, 1, 5]))];
  const [abHigh, cdHigh] = [body.keep(pick(a, b, [2, 6, 3, 7])), body.keep(pick(c, d, [2, 6, 3, 7]))];
  return [
    body.keep(pick(ab, cd, [0, 1, 4, 5])), body.keep(pick(ab, cd, [2, 3, 6, 7])),
    body.keep(pick(abHigh, cdHigh, [0, 1, 4, 5])), body.keep(pick(abHigh, cdHigh, [2, 3, 6, 7])),
  ];
}

const four = (codes: readonly Code[], from: number): readonly [Code, Code, Code, Code] => [codes[from]!, codes[from + 1]!, codes[from + 2]!, codes[from + 3]!];

const paint: Kernel & { readonly name: "paint" } = {
  name: "paint",
  params: 2,
  write(body) {
    const [at, stride] = [body.keep(get(0), I32), get(1)];
    const factors = Object.fromEntries(Object.entries(FACTORS).map(([name, factor]) => [name, body.keep(int4.all(factor))])) as Factors;
    const columns = [0, 16].map((side) => {
      const c = Array.from({ length: SIDE }, (_, row) => body.keep(load(NOWHERE, row * 32 + side)));
      return transformed(body, factors, c, HALF_OF_COLUMNS, OF_COLUMNS);
    }) as [Code[], Code[]];
    const nothing = body.keep(int4.all(0));
    for (let offset = 0; offset < FREE; offset += 16) body.do(store(NOWHERE, nothing, offset));
    for (const first of [0, 4]) {
      const c = columns.flatMap((side) => transposed(body, four(side, first)));
      const levels = transformed(body, factors, c, HALF_OF_ROWS, OF_ROWS);
      const rows = [transposed(body, four(levels, 0)), transposed(body, four(levels, 4))] as const;
      const row = (index: number): Code => narrow.to16(rows[0][index]!, rows[1][index]!);
      for (const index of [0, 2]) {
        const both = body.keep(narrow.to8(row(index), row(index + 1)));
        body.do(storeHalf(at, both, 0));
        body.set(at, plus(at, stride));
        body.do(storeHalf(at, both, 1));
        body.set(at, plus(at, stride));
      }
    }
  },
};

let made: Assembled<"paint"> | null | undefined;

/**
 * `paint(at, stride)` writes the levels of the block whose coefficients stand in the memory to an address, a row each `stride`; the coefficients are 0
 * afterwards. Null where there is no SIMD.
 */
export function simdPainter(): Assembled<"paint"> | null {
  if (made === undefined) made = assembled(paint);
  return made;
}
