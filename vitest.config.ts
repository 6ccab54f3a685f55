import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  // Derivations import the package by its name; the tests run them on the sources.
  resolve: {
    alias: [
      { find: /^legendre$/, replacement: source("index.ts") },
      { find: /^legendre\/pictures$/, replacement: source("pictures/index.ts") },
    ],
  },
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000 },
});
