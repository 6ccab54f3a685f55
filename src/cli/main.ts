#!/usr/bin/env node
/** The executable: the arguments of this process come in, its exit status goes out. */
import { EXIT, main } from "./command-line.js";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `legendre … | head` closes the pipe early; that is no failure.
  if (error.code === "EPIPE") process.exit(EXIT.done);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
