/* What every kernel defines: sizes, the memories (nh rows of nv), beta, a state v then h, and work of nv + nh
   doubles come in; the rate of change of the state goes out. */
void field(int nv, int nh, const double *restrict xi, double beta, const double *restrict state,
           double *restrict out, double *restrict work);
