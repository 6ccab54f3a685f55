/** `legendre catalog`: nothing comes in, the list of shipped derivations goes out. */
import type { Command } from "commander";
import { catalogEntries } from "./catalog-entries.js";

export function addCatalog(root: Command): void {
  root
    .command("catalog")
    .description("list every worked derivation shipped with legendre, with its reference")
    .option("--json", "print one JSON document")
    .action((options: { json?: boolean }) => {
      const entries = catalogEntries();
      if (options.json) process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
      else process.stdout.write(`${entries.map((e) => `${e.name}\n  ${e.reference}`).join("\n")}\n`);
    });
}
