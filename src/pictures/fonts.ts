/** In: nothing. Out: the paths of the font files that PNG text is drawn with, whatever fonts the machine has. */

/** DejaVu Sans regular and bold from the npm package `dejavu-fonts-ttf`; throws where that is not installed. */
export function fontFiles(): string[] {
  const { createRequire } = process.getBuiltinModule("node:module");
  const { resolve } = createRequire(import.meta.url);
  return ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`));
}
