/** The indices of a certificate come in; for which dimensions its theorem holds goes out. */

/** Symbolic dimensions are every dimension. */
export function generality(indices: Readonly<Record<string, string>>): string {
  const symbolic = [...new Set(Object.values(indices))].filter((size) => !/^\d+$/.test(size));
  return symbolic.length === 0 ? "" : `, for every ${symbolic.map((s) => `$${dimension(s)}$`).join(", ")}`;
}

export const dimension = (size: string): string =>
  size.replace(/_([A-Za-z0-9]+)/g, (_, mark: string) =>
    mark.length === 1 ? `_${mark}` : `_{\\mathrm{${mark}}}`,
  );
