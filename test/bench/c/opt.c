/* The two-layer network with one pass over the memories in blocks of four rows; the vector unit does the rest. */
#include "field.h"
#include <math.h>

void field(int nv, int nh, const double *restrict xi, double beta, const double *restrict state,
           double *restrict out, double *restrict work) {
  double *restrict g = work, *restrict f = work + nv, largest = -INFINITY, total = 0;
  for (int k = 0; k < nh; k++) {
    double x = beta * state[nv + k];
    largest = x > largest ? x : largest;
  }
  for (int k = 0; k < nh; k++) {
    f[k] = exp(beta * state[nv + k] - largest);
    total += f[k];
  }
  for (int k = 0; k < nh; k++) f[k] /= total;
  for (int i = 0; i < nv; i++) {
    g[i] = tanh(state[i]);
    out[i] = -state[i];
  }
  int k = 0;
  for (; k + 4 <= nh; k += 4) {
    const double *a = xi + (long)k * nv, *b = a + nv, *c = b + nv, *d = c + nv;
    double fa = f[k], fb = f[k + 1], fc = f[k + 2], fd = f[k + 3], ha = 0, hb = 0, hc = 0, hd = 0;
    for (int i = 0; i < nv; i++) {
      out[i] += (fa * a[i] + fb * b[i]) + (fc * c[i] + fd * d[i]);
      ha += a[i] * g[i];
      hb += b[i] * g[i];
      hc += c[i] * g[i];
      hd += d[i] * g[i];
    }
    out[nv + k] = ha - state[nv + k];
    out[nv + k + 1] = hb - state[nv + k + 1];
    out[nv + k + 2] = hc - state[nv + k + 2];
    out[nv + k + 3] = hd - state[nv + k + 3];
  }
  for (; k < nh; k++) {
    const double *a = xi + (long)k * nv;
    double fa = f[k], h = 0;
    for (int i = 0; i < nv; i++) {
      out[i] += fa * a[i];
      h += a[i] * g[i];
    }
    out[nv + k] = h - state[nv + k];
  }
}
