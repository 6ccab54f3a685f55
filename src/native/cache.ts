/** A key and a way to make a file come in; the path of the file in the user's cache goes out, made once and never half-written. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** LEGENDRE_CACHE, or the cache folder of the user: XDG's, macOS's or Windows's. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.LEGENDRE_CACHE) return env.LEGENDRE_CACHE;
  const base =
    env.XDG_CACHE_HOME ||
    (platform === "darwin"
      ? join(homedir(), "Library", "Caches")
      : platform === "win32"
        ? env.LOCALAPPDATA || join(homedir(), "AppData", "Local")
        : join(homedir(), ".cache"));
  return join(base, "legendre", "native");
}

let made = 0;

/**
 * `make` writes to the path that it is given, a name of this process in the same folder; renaming it is atomic, so that
 * processes that make the same file at once leave one whole file.
 */
export function cached(folder: string, name: string, make: (path: string) => void): string {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  made += 1;
  const beside = join(folder, `.${process.pid}-${made}-${name}`);
  try {
    make(beside);
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
  return path;
}
