/** Numbers and lists come in, bytes of the WebAssembly binary format (W3C core specification, chapter 5) go out. */

/** An unsigned integer below 2^53, seven bits a byte. */
export function unsigned(n: number): number[] {
  const bytes: number[] = [];
  let rest = n;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** A signed 32-bit integer. */
export function signed(n: number): number[] {
  const bytes: number[] = [];
  let rest = n | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** The eight bytes of a double, little end first. */
export const double = (x: number): number[] => [...new Uint8Array(Float64Array.of(x).buffer)];

/** The four bytes of the nearest single number. */
export const single = (x: number): number[] => [...new Uint8Array(Float32Array.of(x).buffer)];

/** The eight bytes of a 64-bit pattern. */
export const pattern = (bits: bigint): number[] => [...new Uint8Array(BigUint64Array.of(bits).buffer)];

export const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

/** Bytes with their number in front. */
export const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];

/** Names in modules are our own, so ASCII. */
export const name = (text: string): number[] => sized([...text].map((c) => c.charCodeAt(0)));
