/** Numbers come in, bytes of the WebAssembly binary format (W3C core specification, chapter 5) go out. */

const double = new Float64Array(1);
const pattern = new BigUint64Array(double.buffer);
const eight = new Uint8Array(double.buffer);

/** A growing sequence of bytes. */
export class Bytes {
  private data = new Uint8Array(128);
  length = 0;

  /** Makes room for so many more; returns where they begin. */
  private grow(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.data.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.data.length));
      larger.set(this.data);
      this.data = larger;
    }
    return start;
  }

  byte(b: number): this {
    const at = this.grow(1);
    this.data[at] = b;
    return this;
  }

  /** An unsigned integer below 2^53, seven bits a byte. */
  unsigned(n: number): this {
    let rest = n;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    return this.byte(rest);
  }

  /** A signed 32-bit integer. */
  signed(n: number): this {
    let rest = n | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return this.byte(low);
      this.byte(low | 128);
    }
  }

  /** The eight bytes of a double, little end first. */
  double(x: number): this {
    double[0] = x;
    return this.eight();
  }

  /** The eight bytes of a 64-bit pattern. */
  pattern(bits: bigint): this {
    pattern[0] = bits;
    return this.eight();
  }

  private eight(): this {
    const at = this.grow(8);
    this.data.set(eight, at);
    return this;
  }

  append(more: Bytes): this {
    const at = this.grow(more.length);
    this.data.set(more.data.subarray(0, more.length), at);
    return this;
  }

  /** Bytes with their number in front. */
  sized(content: Bytes): this {
    return this.unsigned(content.length).append(content);
  }

  /** Items with their number in front. */
  vector<T>(items: readonly T[], write: (to: Bytes, item: T) => void): this {
    this.unsigned(items.length);
    for (const x of items) write(this, x);
    return this;
  }

  /** Names in modules are our own, so ASCII. */
  name(text: string): this {
    return this.vector([...text], (to, c) => to.byte(c.charCodeAt(0)));
  }

  whole(): Uint8Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }
}
