/**
 * Sizes and data come in, the two-layer field as a person would write it for V8 goes out: one pass over the
 * memories in blocks of four rows, sizes as literals. What generated code is held against.
 */
export function handWritten(
  nv: number,
  nh: number,
  Xi: Float64Array,
  beta: number,
): (state: Float64Array, out: Float64Array) => void {
  const source = `
const g = new Float64Array(${nv}), f = new Float64Array(${nh});
return function field_${nv}_${nh}(s, out) {
  let m = -Infinity;
  for (let k = 0; k < ${nh}; k++) if (beta * s[${nv} + k] > m) m = beta * s[${nv} + k];
  let z = 0;
  for (let k = 0; k < ${nh}; k++) z += f[k] = Math.exp(beta * s[${nv} + k] - m);
  for (let k = 0; k < ${nh}; k++) f[k] /= z;
  for (let i = 0; i < ${nv}; i++) { g[i] = Math.tanh(s[i]); out[i] = -s[i]; }
  let k = 0;
  for (; k + 4 <= ${nh}; k += 4) {
    const a = k * ${nv}, b = a + ${nv}, c = b + ${nv}, d = c + ${nv};
    const fa = f[k], fb = f[k + 1], fc = f[k + 2], fd = f[k + 3];
    let ha = 0, hb = 0, hc = 0, hd = 0;
    for (let i = 0; i < ${nv}; i++) {
      const xa = Xi[a + i], xb = Xi[b + i], xc = Xi[c + i], xd = Xi[d + i], gi = g[i];
      out[i] += (fa * xa + fb * xb) + (fc * xc + fd * xd);
      ha += xa * gi; hb += xb * gi; hc += xc * gi; hd += xd * gi;
    }
    out[${nv} + k] = ha - s[${nv} + k]; out[${nv + 1} + k] = hb - s[${nv + 1} + k];
    out[${nv + 2} + k] = hc - s[${nv + 2} + k]; out[${nv + 3} + k] = hd - s[${nv + 3} + k];
  }
  for (; k < ${nh}; k++) {
    const a = k * ${nv}, fa = f[k];
    let ha = 0;
    for (let i = 0; i < ${nv}; i++) { const x = Xi[a + i]; out[i] += fa * x; ha += x * g[i]; }
    out[${nv} + k] = ha - s[${nv} + k];
  }
};`;
  return new Function("Xi", "beta", source)(Xi, beta);
}
