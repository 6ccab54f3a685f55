/** Nothing comes in; from the text of a model to the end of a run of the reduced (784, 100) network, which goes out. */
import { compile, derive, integrate, parseModel } from "legendre";

const model = parseModel(`
legendre: 1
name: dense-associative-memory
indices: { i: N_v, mu: N_h }
parameters:
  beta: { default: 2, sign: positive }
  Xi: { over: [mu, i], default: { random: normal } }
layers:
  v: { over: [i], lagrangian: "sum(i, v[i]^2)/2", activation: g }
  h: { over: [mu], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: f, tau: tau_h }
synapses:
  dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])"
fast: [h]
`);
const field = await compile(derive(model), {
  set: { N_v: 784, N_h: 100 },
  data: { v: Array.from({ length: 784 }, (_, i) => Math.sin(i * i)) },
});
const run = integrate(field, { until: 20, rtol: 1e-6, atol: 1e-9 });
console.log(run.status, run.evaluations);
