/* The reduced network, dv/dt = Xi' softmax(beta Xi v) - v, as a textbook writes it: two passes over the memories. */
#include "field.h"
#include <math.h>

void field(int nv, int nh, const double *restrict xi, double beta, const double *restrict state,
           double *restrict out, double *restrict work) {
  double *f = work, largest = -INFINITY, total = 0;
  for (int k = 0; k < nh; k++) {
    double sum = 0;
    for (int i = 0; i < nv; i++) sum += xi[(long)k * nv + i] * state[i];
    f[k] = beta * sum;
    largest = fmax(largest, f[k]);
  }
  for (int k = 0; k < nh; k++) total += f[k] = exp(f[k] - largest);
  for (int i = 0; i < nv; i++) out[i] = -state[i];
  for (int k = 0; k < nh; k++)
    for (int i = 0; i < nv; i++) out[i] += xi[(long)k * nv + i] * (f[k] / total);
}
