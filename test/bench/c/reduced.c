/*
 * The reduced network, dv/dt = Xi' softmax(beta Xi v) - v, with one pass over the memories: four rows give four
 * exponents; where the largest so far grows, what has been added up is scaled down (online softmax).
 */
#include "field.h"
#include <math.h>

void field(int nv, int nh, const double *restrict xi, double beta, const double *restrict state,
           double *restrict out, double *restrict work) {
  double largest = -INFINITY, total = 0;
  (void)work;
  for (int i = 0; i < nv; i++) out[i] = 0;
  for (int k = 0; k < nh; k += 4) {
    int rows = nh - k < 4 ? nh - k : 4;
    const double *x[4];
    double e[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY}, block = largest;
    for (int r = 0; r < 4; r++) x[r] = xi + (long)(r < rows ? k + r : k) * nv;
    if (rows == 4) {
      const double *a = x[0], *b = x[1], *c = x[2], *d = x[3];
      double ha = 0, hb = 0, hc = 0, hd = 0;
      for (int i = 0; i < nv; i++) {
        ha += a[i] * state[i];
        hb += b[i] * state[i];
        hc += c[i] * state[i];
        hd += d[i] * state[i];
      }
      e[0] = ha, e[1] = hb, e[2] = hc, e[3] = hd;
    } else
      for (int r = 0; r < rows; r++) {
        double h = 0;
        for (int i = 0; i < nv; i++) h += x[r][i] * state[i];
        e[r] = h;
      }
    for (int r = 0; r < rows; r++) {
      e[r] *= beta;
      block = e[r] > block ? e[r] : block;
    }
    if (block > largest) {
      double shrink = k == 0 ? 0 : exp(largest - block);
      total *= shrink;
      for (int i = 0; i < nv; i++) out[i] *= shrink;
      largest = block;
    }
    double f[4];
    for (int r = 0; r < 4; r++) f[r] = r < rows ? exp(e[r] - largest) : 0;
    total += (f[0] + f[1]) + (f[2] + f[3]);
    const double *a = x[0], *b = x[1], *c = x[2], *d = x[3];
    double fa = f[0], fb = f[1], fc = f[2], fd = f[3];
    for (int i = 0; i < nv; i++) out[i] += (fa * a[i] + fb * b[i]) + (fc * c[i] + fd * d[i]);
  }
  for (int i = 0; i < nv; i++) out[i] = out[i] / total - state[i];
}
