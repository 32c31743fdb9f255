// PackBits as TIFF has it (TIFF 6.0, section 9).

/** At most `room` bytes; what lies behind them is not looked at. */
export function unpackBits(packed: Uint8Array, room: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(room);
  let to = 0;
  for (let from = 0; from < packed.length && to < room; ) {
    const control = packed[from++]!;
    if (control < 128) {
      const run = packed.subarray(from, from + Math.min(control + 1, room - to));
      result.set(run, to);
      to += run.length;
      from += control + 1;
    } else if (control > 128) {
      const end = Math.min(room, to + 257 - control);
      result.fill(packed[from++] ?? 0, to, end);
      to = end;
    }
  }
  return result.subarray(0, to).slice();
}
