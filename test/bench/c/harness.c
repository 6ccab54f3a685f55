/* Lines "N_v N_h seconds" come in on stdin; for each, evaluations of `field` per second go out on stdout. */
#include "field.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Read at each call, so that no call can be moved out of the loop. */
static void (*volatile evaluate)(int, int, const double *restrict, double, const double *restrict, double *restrict,
                                 double *restrict) = field;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double *numbers(size_t n) {
  double *x = aligned_alloc(64, (8 * n + 63) / 64 * 64);
  for (size_t k = 0; k < n; k++) x[k] = 2. * rand() / RAND_MAX - 1;
  return x;
}

static double *xi, *state, *out, *work;

static double rate(int nv, int nh, double seconds) {
  double start = now();
  long count = 0, batch = 1;
  for (;;) {
    for (long k = 0; k < batch; k++) evaluate(nv, nh, xi, 2, state, out, work);
    count += batch;
    double elapsed = now() - start;
    if (elapsed >= seconds) return count / elapsed;
    batch = (long)(count / elapsed * seconds / 10) + 1;
  }
}

int main(void) {
  int nv, nh, last_nv = 0, last_nh = 0;
  double seconds;
  while (scanf("%d %d %lf", &nv, &nh, &seconds) == 3) {
    if (nv != last_nv || nh != last_nh) {
      free(xi), free(state), free(out), free(work);
      srand(1);
      xi = numbers((size_t)nv * nh), state = numbers(nv + nh), out = numbers(nv + nh), work = numbers(nv + nh);
      last_nv = nv, last_nh = nh;
    }
    rate(nv, nh, seconds / 5); /* warms caches that other processes have used meanwhile */
    printf("%.6g\n", rate(nv, nh, seconds));
    fflush(stdout);
  }
  return 0;
}
