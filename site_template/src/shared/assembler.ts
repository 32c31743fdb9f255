// WebAssembly with SIMD, put together where it runs: for the few loops that go over every pixel of every film, four and more at a time.
//
// No compiler of another language is needed, and the code stands beside the plain one that gives the same, for browsers without SIMD.

/** Instructions, the last of which may leave a value. */
export type Code = readonly number[];

export const [I32, V128] = [0x7f, 0x7b];

export interface Kernel {
  readonly name: string;
  /** How many numbers, all i32, it is called with. */
  readonly params: number;
  /** Writes its instructions. */
  readonly write: (body: Body) => void;
}

/** What a function does, in order. */
export class Body {
  readonly #types: number[] = [];
  readonly #code: number[] = [];
  readonly #params: number;

  constructor(params: number) {
    this.#params = params;
  }

  do(...codes: readonly Code[]): void {
    for (const code of codes) for (const byte of code) this.#code.push(byte);
  }

  /** A value that is wanted more than once. */
  keep(value: Code, type = V128): Code {
    const index = this.#params + this.#types.push(type) - 1;
    this.do(value, [0x21, ...unsigned(index)]);
    return get(index);
  }

  /** Changes what `keep` has given, or a parameter. */
  set(kept: Code, value: Code): void {
    this.do(value, [0x21, ...kept.slice(1)]);
  }

  /** Again and again while `condition`, of i32, holds at the end. */
  loop(inside: () => void, condition: () => Code): void {
    this.do([0x03, 0x40]);
    inside();
    this.do(condition(), [0x0d, 0], [0x0b]);
  }

  get bytes(): number[] {
    const locals = this.#types.flatMap((type) => [1, type]);
    const whole = [...unsigned(this.#types.length), ...locals, ...this.#code, 0x0b];
    return [...unsigned(whole.length), ...whole];
  }
}

const simd = (opcode: number, ...rest: number[]): Code => [0xfd, ...unsigned(opcode), ...rest];
const two = (opcode: number) => (one: Code, other: Code): Code => [...one, ...other, ...simd(opcode)];
const shifted = (opcode: number) => (value: Code, bits: number): Code => [...value, ...constant(bits), ...simd(opcode)];

/** A parameter. */
export const get = (index: number): Code => [0x20, ...unsigned(index)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const plus = (one: Code, other: Code): Code => [...one, ...other, 0x6a];
export const times = (one: Code, other: Code): Code => [...one, ...other, 0x6c];
export const isLess = (one: Code, other: Code): Code => [...one, ...other, 0x48];

/** Four numbers of 32 bits at once; `a` to `d` of one and the other are picked by their places, 0 to 7. */
export const int4 = {
  all: (value: number): Code => [...constant(value), ...simd(0x11)],
  add: two(0xae), subtract: two(0xb1), multiply: two(0xb5), left: shifted(0xab), right: shifted(0xac),
  pick: (one: Code, other: Code, places: readonly number[]): Code => [...one, ...other, ...simd(0x0d), ...places.flatMap((place) => [0, 1, 2, 3].map((byte) => place * 4 + byte))],
};
/** Two numbers of 64 bits with a point at once. */
export const float2 = {
  nothing: [...[0x44, 0, 0, 0, 0, 0, 0, 0, 0], ...simd(0x14)] as Code,
  /** Of the first two of four. */
  of: (four: Code): Code => [...four, ...simd(0xfe)],
  /** One number, twice. */
  both: (address: Code): Code => [...address, ...simd(0x0a, 0, 0)],
  add: two(0xf0), multiply: two(0xf2),
};
/** Of 8 bytes, the first or the last four. */
export const fourBytes = (eight: Code, half: 0 | 1): Code => [...eight, ...simd(half === 0 ? 0xa9 : 0xaa)];
/** 8 bytes. */
export const load8 = (address: Code): Code => [...address, ...simd(0x02, 0, 0)];
/** To 8 of 16 bits, and 8 and 8 of those to 16 of 8, each cut off at what it can be. */
export const narrow = { to16: two(0x85), to8: two(0x66) };
export const load = (address: Code, offset = 0): Code => [...address, ...simd(0x00, 0, ...unsigned(offset))];
export const store = (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(0x0b, 0, ...unsigned(offset))];
/** One half of 16 bytes. */
export const storeHalf = (address: Code, value: Code, half: 0 | 1): Code => [...address, ...value, ...simd(0x5b, 0, 0, half)];

/** A kernel that can be called, and the memory that it works in. */
export type Assembled<Name extends string> = Readonly<Record<Name, (...numbers: number[]) => void>> & { readonly memory: WebAssembly.Memory };

/** Null where the browser has no SIMD, or the host's policy allows no WebAssembly. */
export function assembled<Name extends string>(kernel: Kernel & { readonly name: Name }): Assembled<Name> | null {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(moduleOf(kernel))).exports as unknown as Assembled<Name>;
  } catch {
    return null;
  }
}

/** By which memory grows. */
const PAGE_BYTES = 1 << 16;

/** Whether there is memory for so many bytes; what was looked at in it before may be detached. */
export function hasRoom(memory: WebAssembly.Memory, bytes: number): boolean {
  const lacking = bytes - memory.buffer.byteLength;
  try {
    if (lacking > 0) memory.grow(Math.ceil(lacking / PAGE_BYTES));
    return true;
  } catch {
    return false;
  }
}

/** Of one function and one memory, both exported. */
function moduleOf({ name, params, write }: Kernel): Uint8Array<ArrayBuffer> {
  const ascii = (name: string): number[] => listed([...name].map((letter) => [letter.charCodeAt(0)]));
  const body = new Body(params);
  write(body);
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [0x60, ...listed(Array.from({ length: params }, () => [I32])), 0]), // its type: no answer
    ...section(3, [0]), // the function is of that type
    ...section(5, [0, 1]), // the memory has a page at least
    ...section(7, [...ascii("memory"), 2, 0], [...ascii(name), 0, 0]),
    ...section(10, body.bytes),
  ]);
}

function section(id: number, ...items: readonly Code[]): number[] {
  const content = listed(items);
  return [id, ...unsigned(content.length), ...content];
}

const listed = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
