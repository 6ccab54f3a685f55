/** The path of a shared library comes in; memory and its functions on that memory go out, called without arguments. */

/** The part of koffi that is used. */
export interface Koffi {
  load(path: string): { func(prototype: string): (...args: never[]) => unknown };
  address(value: ArrayBuffer | ArrayBufferView): bigint;
}

type Call = () => void;

const loaded = new Map<string, Library>();

/**
 * A call with arguments costs twice as much as one without (37 ns against 19), so a library is told where its memory is
 * only when another memory was used last. Libraries hold that address once a thread, as does this object.
 */
export class Library {
  private current: LinearMemory | undefined;
  private readonly functions = new Map<string, Call>();

  private constructor(
    private readonly koffi: Koffi,
    private readonly library: ReturnType<Koffi["load"]>,
    private readonly bind: (address: bigint) => void,
  ) {}

  /** A process loads a library once. */
  static at(koffi: Koffi, path: string, bind: string): Library {
    let library = loaded.get(path);
    if (library === undefined) {
      const opened = koffi.load(path);
      const told = opened.func(`void ${bind}(intptr_t begin)`) as unknown as (address: bigint) => void;
      library = new Library(koffi, opened, told);
      loaded.set(path, library);
    }
    return library;
  }

  memory(bytes: number): LinearMemory {
    // 64 bytes more, to begin at a cache line; an ArrayBuffer does not move while it is reachable.
    const buffer = new ArrayBuffer(bytes + ALIGNMENT);
    const address = this.koffi.address(buffer);
    const base = Number((BigInt(ALIGNMENT) - (address % BigInt(ALIGNMENT))) % BigInt(ALIGNMENT));
    return new LinearMemory(this, buffer, base, address + BigInt(base));
  }

  call(name: string): Call {
    let found = this.functions.get(name);
    if (found === undefined) {
      found = this.library.func(`void ${name}()`) as unknown as Call;
      this.functions.set(name, found);
    }
    return found;
  }

  turnTo(memory: LinearMemory): void {
    if (this.current === memory) return;
    this.bind(memory.address);
    this.current = memory;
  }
}

const ALIGNMENT = 64;

export class LinearMemory {
  constructor(
    private readonly library: Library,
    readonly buffer: ArrayBuffer,
    readonly base: number,
    readonly address: bigint,
  ) {}

  caller(name: string): Call {
    const { library } = this;
    const call = library.call(name);
    return () => {
      library.turnTo(this);
      call();
    };
  }
}
