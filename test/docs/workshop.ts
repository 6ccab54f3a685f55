/** A code block of a page comes in; it is run in the page's own folder, and what it printed goes out. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { type Diagnostic, type Model, type Result, showDiagnostic } from "../../src/model/index.js";
import {
  defineModel,
  type ModelSource,
  parseExpression,
  parseModel,
  scopeOf,
} from "../../src/parser/index.js";
import { cli, root } from "../cli/built.js";
import { pythonOrSkip } from "../peers/python.js";
import { type Block, fileOf } from "./page.js";

/** A folder in which `legendre` is a command and a package, as for a user. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "legendre-docs-"));
  /** The last whole model of the page. */
  private source: { readonly text: string; readonly model: Model } | undefined;

  constructor() {
    mkdirSync(join(this.folder, "bin"));
    const shim = `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`;
    writeFileSync(join(this.folder, "bin/legendre"), shim, { mode: 0o755 });
    mkdirSync(join(this.folder, "node_modules"));
    symlinkSync(root, join(this.folder, "node_modules/legendre"), "junction");
    symlinkSync(join(root, "node_modules/@types"), join(this.folder, "node_modules/@types"), "junction");
    writeFileSync(join(this.folder, "package.json"), '{ "type": "module" }\n');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(b: Block): void {
    const file = fileOf(b);
    if (file !== undefined) writeFileSync(join(this.folder, file), `${b.text}\n`);
  }

  /** A whole model, or keys that stand in the last whole model; returns what is wrong with it. */
  model(b: Block): readonly string[] {
    this.write(b);
    const whole = /^legendre: 1$/m.test(b.text);
    const read = whole ? parseModel(b.text) : defineModel(this.extended(b.text));
    if (read.ok && whole) this.source = { text: b.text, model: read.value };
    return read.ok ? [] : read.errors.map(showDiagnostic);
  }

  private extended(fragment: string): ModelSource {
    const base = parse(this.base().text) as Record<string, unknown>;
    const added = parse(fragment) as Record<string, unknown>;
    const isMap = (x: unknown): x is object => typeof x === "object" && x !== null && !Array.isArray(x);
    const joined = Object.entries(added).map(([key, value]) => {
      const before = base[key];
      return [key, isMap(before) && isMap(value) ? { ...before, ...value } : value] as const;
    });
    return { ...base, ...Object.fromEntries(joined) } as ModelSource;
  }

  private base(): { readonly text: string; readonly model: Model } {
    if (this.source === undefined) throw new Error("there is no whole model above this block");
    return this.source;
  }

  /** Each line with an expression or condition of the last whole model: what is said of it. */
  expressions(b: Block): readonly { line: string; remark: string; result: Result<unknown> }[] {
    const { model } = this.base();
    return b.text
      .split("\n")
      .filter((l) => l.trim() !== "")
      .map((l) => {
        const [line = "", remark = ""] = l.split(/\s+# /);
        return { line: line.trim(), remark, result: parseExpression(line.trim(), scopeOf(model)) };
      });
  }

  shell(command: string): string {
    return this.run("bash", ["-c", command]);
  }

  script(b: Block): string {
    const name = `snippet-${b.line}.${b.language === "ts" ? "mts" : "py"}`;
    writeFileSync(join(this.folder, name), `${b.text}\n`);
    if (b.language !== "ts") return this.run(python!, [name]);
    const tsx = pathToFileURL(join(root, "node_modules/tsx/dist/esm/index.mjs")).href;
    return this.run(process.execPath, ["--import", tsx, name]);
  }

  /** Complaints of the compiler about all TypeScript blocks run so far. */
  typeErrors(): string {
    const compilerOptions = {
      strict: true,
      module: "NodeNext",
      target: "ES2023",
      noEmit: true,
      skipLibCheck: true,
    };
    const config = { compilerOptions: { ...compilerOptions, types: ["node"] }, include: ["*.mts"] };
    writeFileSync(join(this.folder, "tsconfig.json"), JSON.stringify(config));
    return this.run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."]);
  }

  /** stdout and stderr together, as a terminal shows them. */
  private run(program: string, args: readonly string[]): string {
    const env = {
      ...process.env,
      PATH: `${join(this.folder, "bin")}${delimiter}${process.env.PATH}`,
      NO_COLOR: "1",
    };
    const quoted = [program, ...args].map((a) => `'${a.replaceAll("'", "'\\''")}'`).join(" ");
    const { stdout } = spawnSync("bash", ["-c", `${quoted} 2>&1`], {
      cwd: this.folder,
      env,
      encoding: "utf8",
    });
    return stdout;
  }
}

export const sayDiagnostics = (errors: readonly Diagnostic[]): string =>
  errors.map((e) => `${e.code}: ${e.message}${e.hint === undefined ? "" : `; ${e.hint}`}`).join("\n");

/** Runs the Python blocks; undefined where they are skipped. */
export const python = pythonOrSkip("Python blocks of the pages", "numpy");
