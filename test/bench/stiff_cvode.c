/*
 * CVODE as a peer for the stiff two-layer network: lines "N_v N_h tau_h until rtol atol file" come in on stdin; for each,
 * "milliseconds steps rhs products" goes out, and the end state as doubles into the file. BDF with GMRES, products with the
 * Jacobian written out, and the block-triangular part of 1 - gamma J as preconditioner. The field is one fused pass over the
 * memories in blocks of four rows.
 */
#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_spgmr.h>
#include <time.h>

typedef struct {
  long nv, nh;
  double tau;
  double *xi, *g, *f, *w, *u;
} Net;

/* up = xi^T a and down = xi b in one pass; four rows at a time. */
static void both(const Net *n, const double *restrict a, const double *restrict b, double *restrict up,
                 double *restrict down) {
  long nv = n->nv, nh = n->nh, m = 0;
  memset(up, 0, nv * sizeof(double));
  for (; m + 3 < nh; m += 4) {
    const double *restrict r0 = n->xi + m * nv, *restrict r1 = r0 + nv, *restrict r2 = r1 + nv, *restrict r3 = r2 + nv;
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0, a0 = a[m], a1 = a[m + 1], a2 = a[m + 2], a3 = a[m + 3];
    for (long i = 0; i < nv; i++) {
      double x = b[i];
      s0 += r0[i] * x;
      s1 += r1[i] * x;
      s2 += r2[i] * x;
      s3 += r3[i] * x;
      up[i] += a0 * r0[i] + a1 * r1[i] + a2 * r2[i] + a3 * r3[i];
    }
    down[m] = s0;
    down[m + 1] = s1;
    down[m + 2] = s2;
    down[m + 3] = s3;
  }
  for (; m < nh; m++) {
    const double *row = n->xi + m * nv;
    double s = 0;
    for (long i = 0; i < nv; i++) {
      s += row[i] * b[i];
      up[i] += a[m] * row[i];
    }
    down[m] = s;
  }
}

static void activate(Net *n, const double *y) {
  double most = -INFINITY, sum = 0;
  for (long i = 0; i < n->nv; i++) n->g[i] = tanh(y[i]);
  const double *h = y + n->nv;
  for (long m = 0; m < n->nh; m++) most = h[m] > most ? h[m] : most;
  for (long m = 0; m < n->nh; m++) n->f[m] = exp(h[m] - most);
  for (long m = 0; m < n->nh; m++) sum += n->f[m];
  for (long m = 0; m < n->nh; m++) n->f[m] /= sum;
}

static int rhs(realtype t, N_Vector Y, N_Vector F, void *data) {
  (void)t;
  Net *n = data;
  const double *y = N_VGetArrayPointer(Y);
  double *out = N_VGetArrayPointer(F);
  activate(n, y);
  both(n, n->f, n->g, out, out + n->nv);
  for (long i = 0; i < n->nv; i++) out[i] -= y[i];
  for (long m = n->nv; m < n->nv + n->nh; m++) out[m] = (out[m] - y[m]) / n->tau;
  return 0;
}

/* w = (diag f - f f^T) d_h, u = (1 - g^2) d_v. */
static int product(N_Vector D, N_Vector J, realtype t, N_Vector Y, N_Vector F, void *data, N_Vector T) {
  (void)t, (void)F, (void)T;
  Net *n = data;
  const double *d = N_VGetArrayPointer(D), *dh = d + n->nv;
  double *out = N_VGetArrayPointer(J), mean = 0;
  activate(n, N_VGetArrayPointer(Y));
  for (long m = 0; m < n->nh; m++) mean += n->f[m] * dh[m];
  for (long m = 0; m < n->nh; m++) n->w[m] = n->f[m] * (dh[m] - mean);
  for (long i = 0; i < n->nv; i++) n->u[i] = (1 - n->g[i] * n->g[i]) * d[i];
  both(n, n->w, n->u, out, out + n->nv);
  for (long i = 0; i < n->nv; i++) out[i] -= d[i];
  for (long m = n->nv; m < n->nv + n->nh; m++) out[m] = (out[m] - d[m]) / n->tau;
  return 0;
}

static int precondition(realtype t, N_Vector Y, N_Vector F, N_Vector R, N_Vector Z, realtype gamma, realtype delta,
                        int lr, void *data) {
  (void)t, (void)F, (void)delta, (void)lr;
  Net *n = data;
  const double *r = N_VGetArrayPointer(R), *y = N_VGetArrayPointer(Y);
  double *z = N_VGetArrayPointer(Z);
  for (long i = 0; i < n->nv; i++) {
    double g = tanh(y[i]);
    z[i] = r[i] / (1 + gamma);
    n->u[i] = (1 - g * g) * z[i];
  }
  double c = gamma / n->tau;
  for (long m = 0; m < n->nh; m++) {
    const double *row = n->xi + m * n->nv;
    double s = 0;
    for (long i = 0; i < n->nv; i++) s += row[i] * n->u[i];
    z[n->nv + m] = (r[n->nv + m] + c * s) / (1 + c);
  }
  return 0;
}

static uint32_t seed = 7;
static double uniform(void) {
  seed = seed * 1664525u + 1013904223u;
  return seed / 4294967296.0;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(void) {
  long nv, nh;
  double tau, until, rtol, atol;
  char file[4096];
  while (scanf("%ld %ld %lf %lf %lf %lf %4095s", &nv, &nh, &tau, &until, &rtol, &atol, file) == 7) {
    SUNContext context;
    SUNContext_Create(NULL, &context);
    double *all = malloc((nv * nh + 2 * nv + 2 * nh) * sizeof(double));
    Net n = {nv, nh, tau, all, all + nv * nh, all + nv * nh + nv, all + nv * nh + nv + nh, all + nv * nh + nv + 2 * nh};
    seed = 7;
    for (long k = 0; k < nv * nh; k++) n.xi[k] = (uniform() < 0.5 ? -1 : 1) / sqrt((double)nv);
    N_Vector y = N_VNew_Serial(nv + nh, context);
    double *start = N_VGetArrayPointer(y);
    for (long i = 0; i < nv; i++) start[i] = n.xi[i] * sqrt((double)nv) * 0.5 + (uniform() - 0.5);
    for (long m = 0; m < nh; m++) start[nv + m] = 0;
    double begun = now(), t = 0;
    void *cvode = CVodeCreate(CV_BDF, context);
    CVodeInit(cvode, rhs, 0, y);
    CVodeSStolerances(cvode, rtol, atol);
    CVodeSetUserData(cvode, &n);
    CVodeSetMaxNumSteps(cvode, 1000000);
    SUNLinearSolver gmres = SUNLinSol_SPGMR(y, SUN_PREC_LEFT, 0, context);
    CVodeSetLinearSolver(cvode, gmres, NULL);
    CVodeSetJacTimes(cvode, NULL, product);
    CVodeSetPreconditioner(cvode, NULL, precondition);
    CVodeSetStopTime(cvode, until);
    int flag = CVode(cvode, until, y, &t, CV_NORMAL);
    double spent = now() - begun;
    long steps = 0, evaluations = 0, products = 0;
    CVodeGetNumSteps(cvode, &steps);
    CVodeGetNumRhsEvals(cvode, &evaluations);
    CVodeGetNumJtimesEvals(cvode, &products);
    FILE *out = fopen(file, "wb");
    fwrite(start, sizeof(double), nv + nh, out);
    fclose(out);
    printf("%g %ld %ld %ld\n", flag < 0 ? NAN : spent, steps, evaluations, products);
    fflush(stdout);
    CVodeFree(&cvode);
    SUNLinSolFree(gmres);
    N_VDestroy(y);
    free(all);
    SUNContext_Free(&context);
  }
  return 0;
}
