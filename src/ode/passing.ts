/** The caller's callbacks come in; the same go out, with what they throw marked so that it passes through a run. */

/** Thrown by a callback, in the way of a run that reports what its field throws. */
export class Passing {
  constructor(readonly thrown: unknown) {}
}

/** The callback, which throws `Passing`. */
export const passing =
  <A extends unknown[], R>(callback: (...args: A) => R) =>
  (...args: A): R => {
    try {
      return callback(...args);
    } catch (error) {
      throw new Passing(error);
    }
  };
