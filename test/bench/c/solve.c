/*
 * The reduced network dv/dt = Xi' softmax(beta Xi v) - v integrated by Dormand & Prince's 5(4) pair, as a person would
 * write it in C for this one network: the field makes one pass over the memories in blocks of four rows with an online
 * softmax, and steps are chosen as by Hairer's dopri5.f.
 *
 * Arguments: N_v N_h beta until rtol atol and a file with Xi and the initial state as doubles. For each line on stdin a
 * solve runs; its milliseconds, its evaluations and the sum of the final state go out.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int nv, nh;
static double beta, *xi;

/* Rows whose weight is below one unit in the last place of the total are not added. */
#define NEGLIGIBLE 1e-18

static void field(const double *restrict v, double *restrict out) {
  double largest = -INFINITY, total = 0;
  memset(out, 0, sizeof(double) * nv);
  for (int k = 0; k < nh; k += 4) {
    int rows = nh - k < 4 ? nh - k : 4;
    const double *a = xi + (size_t)k * nv, *b = a + (rows > 1 ? nv : 0), *c = a + (rows > 2 ? 2 * nv : 0),
                 *d = a + (rows > 3 ? 3 * nv : 0);
    double ha = 0, hb = 0, hc = 0, hd = 0;
    for (int i = 0; i < nv; i++) {
      ha += a[i] * v[i];
      hb += b[i] * v[i];
      hc += c[i] * v[i];
      hd += d[i] * v[i];
    }
    double e[4] = {beta * ha, beta * hb, beta * hc, beta * hd}, block = largest;
    for (int r = 0; r < rows; r++) block = e[r] > block ? e[r] : block;
    if (block > largest) {
      double shrink = k == 0 ? 0 : exp(largest - block);
      total *= shrink;
      for (int i = 0; i < nv; i++) out[i] *= shrink;
      largest = block;
    }
    double f[4], sum = 0;
    for (int r = 0; r < 4; r++) sum += f[r] = r < rows ? exp(e[r] - largest) : 0;
    total += sum;
    if (sum < NEGLIGIBLE * total) continue;
    double fa = f[0], fb = f[1], fc = f[2], fd = f[3];
    for (int i = 0; i < nv; i++) out[i] += (fa * a[i] + fb * b[i]) + (fc * c[i] + fd * d[i]);
  }
  for (int i = 0; i < nv; i++) out[i] = out[i] / total - v[i];
}

/* Dormand & Prince 1980; Hairer, Norsett & Wanner I, table II.5.2. */
static const double A[7][6] = {
    {0},
    {1. / 5},
    {3. / 40, 9. / 40},
    {44. / 45, -56. / 15, 32. / 9},
    {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
    {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
    {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
};
static const double E[7] = {71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40};

static double norm(const double *restrict x, const double *restrict y, double rtol, double atol) {
  double sum = 0;
  for (int i = 0; i < nv; i++) {
    double r = x[i] / (atol + rtol * fabs(y[i]));
    sum += r * r;
  }
  return sqrt(sum / nv);
}

static double *row(void) { return aligned_alloc(64, (sizeof(double) * nv + 63) / 64 * 64); }
static double *k[7], *y, *next, *work;

static void stage(int s, double h, double *restrict out) {
  const double *a = A[s];
#define SUM(terms) for (int i = 0; i < nv; i++) out[i] = y[i] + h * (terms)
  if (s == 1) SUM(a[0] * k[0][i]);
  if (s == 2) SUM(a[0] * k[0][i] + a[1] * k[1][i]);
  if (s == 3) SUM(a[0] * k[0][i] + a[1] * k[1][i] + a[2] * k[2][i]);
  if (s == 4) SUM(a[0] * k[0][i] + a[1] * k[1][i] + a[2] * k[2][i] + a[3] * k[3][i]);
  if (s == 5) SUM(a[0] * k[0][i] + a[1] * k[1][i] + a[2] * k[2][i] + a[3] * k[3][i] + a[4] * k[4][i]);
  if (s == 6) SUM(a[0] * k[0][i] + a[2] * k[2][i] + a[3] * k[3][i] + a[4] * k[4][i] + a[5] * k[5][i]);
}

static double error(double h, double rtol, double atol) {
  double sum = 0;
  for (int i = 0; i < nv; i++) {
    double e = E[0] * k[0][i] + E[2] * k[2][i] + E[3] * k[3][i] + E[4] * k[4][i] + E[5] * k[5][i] + E[6] * k[6][i];
    double r = h * e / (atol + rtol * fmax(fabs(y[i]), fabs(next[i])));
    sum += r * r;
  }
  return sqrt(sum / nv);
}

/* Hairer's first step. */
static double first(double rtol, double atol) {
  double size = norm(y, y, rtol, atol), speed = norm(k[0], y, rtol, atol), h = .01 * size / speed;
  for (int i = 0; i < nv; i++) next[i] = y[i] + h * k[0][i];
  field(next, k[1]);
  for (int i = 0; i < nv; i++) work[i] = k[1][i] - k[0][i];
  double bend = norm(work, y, rtol, atol) / h, wanted = pow(.01 / fmax(bend, speed), 1. / 5);
  return fmin(100 * h, wanted);
}

static long solve(const double *initial, double until, double rtol, double atol) {
  const double slow = .04, alpha = 1. / 5 - .75 * slow;
  double t = 0, remembered = 1e-4;
  int rejected = 0;
  long evaluations = 2;
  memcpy(y, initial, sizeof(double) * nv);
  field(y, k[0]);
  double h = first(rtol, atol);
  while (t < until) {
    double step = t + 1.05 * h >= until ? until - t : t + 2 * h > until ? (until - t) / 2 : h;
    for (int s = 1; s < 7; s++) {
      double *out = s == 6 ? next : work;
      stage(s, step, out);
      field(out, k[s]);
    }
    evaluations += 6;
    double e = error(step, rtol, atol);
    if (e > 1) {
      h = step * fmax(.2, .9 * pow(e, -alpha));
      rejected = 1;
      continue;
    }
    double grown = step * fmin(10, fmax(.2, .9 * pow(e, -alpha) * pow(remembered, slow)));
    h = rejected ? fmin(grown, step) : grown;
    remembered = fmax(e, 1e-4);
    rejected = 0;
    t += step;
    double *old = y;
    y = next, next = old;
    old = k[0], k[0] = k[6], k[6] = old;
  }
  return evaluations;
}

static double now(void) {
  struct timespec s;
  clock_gettime(CLOCK_MONOTONIC, &s);
  return 1e3 * s.tv_sec + 1e-6 * s.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 8) return 2;
  nv = atoi(argv[1]), nh = atoi(argv[2]), beta = atof(argv[3]);
  double until = atof(argv[4]), rtol = atof(argv[5]), atol = atof(argv[6]);
  size_t memories = (size_t)nv * nh;
  xi = aligned_alloc(64, (sizeof(double) * memories + 63) / 64 * 64);
  double *initial = row();
  FILE *data = fopen(argv[7], "rb");
  if (!data || fread(xi, 8, memories, data) != memories || fread(initial, 8, nv, data) != (size_t)nv) return 3;
  for (int s = 0; s < 7; s++) k[s] = row();
  y = row(), next = row(), work = row();
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    double start = now();
    long evaluations = solve(initial, until, rtol, atol);
    double took = now() - start, sum = 0;
    for (int i = 0; i < nv; i++) sum += y[i];
    printf("%.6f %ld %.15g\n", took, evaluations, sum);
    fflush(stdout);
  }
  return 0;
}
