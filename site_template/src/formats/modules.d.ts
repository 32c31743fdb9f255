// Packages that come without types, as far as they are used; `.wasm` files are bundled as their bytes.

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly componentCount: number };
  getDecodedBuffer(): Uint8Array;
  /** JPEG-LS only: 0 where colour planes are separate. */
  getInterleaveMode?(): number;
  delete(): void;
}

declare module "@cornerstonejs/*/decodewasm" {
  const bytes: Uint8Array;
  export default bytes;
}

declare module "@cornerstonejs/*/wasm" {
  const bytes: Uint8Array;
  export default bytes;
}

declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const factory: (options: object) => Promise<{ readonly JpegLSDecoder: new () => WasmDecoder }>;
  export default factory;
}

declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs" {
  const factory: (options: object) => Promise<{ readonly JPEGDecoder: new () => WasmDecoder }>;
  export default factory;
}

declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const factory: (options: object) => Promise<{ readonly J2KDecoder: new () => WasmDecoder }>;
  export default factory;
}

declare module "@cornerstonejs/codec-openjph/wasmjs" {
  const factory: (options: object) => Promise<{ readonly HTJ2KDecoder: new () => WasmDecoder }>;
  export default factory;
}

declare module "daikon/lib/jpeg-baseline.js" {
  export class JpegImage {
    readonly width: number;
    readonly height: number;
    parse(data: Uint8Array): void;
    getData16(width: number, height: number): Uint16Array;
  }
}

declare module "jpeg-lossless-decoder-js" {
  export class Decoder {
    decode(buffer: ArrayBuffer, offset: number, length: number): Uint8Array | Uint16Array;
  }
}
