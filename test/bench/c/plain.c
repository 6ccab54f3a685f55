/* The two-layer network (tanh visible, softmax hidden units) as a textbook writes it: two passes over the memories. */
#include "field.h"
#include <math.h>

void field(int nv, int nh, const double *restrict xi, double beta, const double *restrict state,
           double *restrict out, double *restrict work) {
  double *g = work, *f = work + nv, largest = -INFINITY, total = 0;
  for (int k = 0; k < nh; k++) largest = fmax(largest, beta * state[nv + k]);
  for (int k = 0; k < nh; k++) total += f[k] = exp(beta * state[nv + k] - largest);
  for (int k = 0; k < nh; k++) f[k] /= total;
  for (int i = 0; i < nv; i++) {
    g[i] = tanh(state[i]);
    out[i] = -state[i];
  }
  for (int k = 0; k < nh; k++)
    for (int i = 0; i < nv; i++) out[i] += xi[(long)k * nv + i] * f[k];
  for (int k = 0; k < nh; k++) {
    double sum = 0;
    for (int i = 0; i < nv; i++) sum += xi[(long)k * nv + i] * g[i];
    out[nv + k] = sum - state[nv + k];
  }
}
