"""Writes flows.data.json: energies along flows with a truth that theory gives and that sampling with NumPy supports.

For each row dE/dt comes from SymPy; a row that is said to be true must show no positive value among the samples and
their local ascents, one that is said to be false must show one."""

import json
import sys
from pathlib import Path

import numpy as np
import sympy as sp
from scipy.optimize import minimize

T, F = True, False
WINFREE = "Kuramoto 1984: the coupled phases as a gradient flow"
HOPFIELD = "Hopfield 1984"
KROTOV = "Krotov & Hopfield 2021: E = x.g - L + potential"
SOFTMAX_G = [f"exp({v})/(exp(x)+exp(y)+exp(z))" for v in "xyz"]
SOFTMAX_L = "log(exp(x)+exp(y)+exp(z))"
SPHERE = "sqrt(x^2+y^2+z^2+1)"


def tanh_energy(names, w, fields=None):
    """x·g − log cosh x − gᵀWg/2 with the matrix as it is given."""
    own = "+".join(f"{v}*tanh({v})-log(cosh({v}))" for v in names)
    pairs = "".join(
        f"-({w[i][j]})/2*tanh({a})*tanh({b})" for i, a in enumerate(names) for j, b in enumerate(names) if w[i][j]
    )
    return own + pairs


def tanh_rates(names, w, tau=None):
    sums = ["+".join(f"({w[i][j]})*tanh({b})" for j, b in enumerate(names) if w[i][j]) or "0" for i in range(len(names))]
    return [f"(-{a}+{s})/({tau[i] if tau else 1})" for i, (a, s) in enumerate(zip(names, sums))]


def kuramoto(names, w, second=0):
    pairs = [(i, j) for i in range(len(names)) for j in range(len(names)) if i < j and w[i][j]]
    energy = "".join(
        f"-({w[i][j]})*cos({names[j]}-{names[i]})" + (f"-({second})/2*cos(2*({names[j]}-{names[i]}))" if second else "")
        for i, j in pairs
    )
    ode = [
        "+".join(
            f"({w[i][j]})*sin({b}-{a})" + (f"+({second})*sin(2*({b}-{a}))" if second else "")
            for j, b in enumerate(names)
            if j != i and w[i][j]
        )
        for i, a in enumerate(names)
    ]
    return ode, energy


def dual(g, lagrangian, couplings):
    """E = x.g − L − Σ w·g_i·g_j with the rates −x + ∂/∂g of the sum."""
    names = "xyz"
    energy = "+".join(f"{v}*({g[k]})" for k, v in enumerate(names)) + f"-({lagrangian})"
    energy += "".join(f"-({w})*({g[i]})*({g[j]})" for i, j, w in couplings)
    ode = []
    for k, v in enumerate(names):
        terms = [f"({w})*({g[j if i == k else i]})" for i, j, w in couplings if k in (i, j)]
        ode.append("-" + v + "".join("+" + t for t in terms))
    return ode, energy


ROWS = []


def row(name, state, ode, energy, truth, source, domain="all"):
    ROWS.append(
        {
            "name": name,
            "state": state.split(),
            "ode": ode,
            "energy": energy,
            "domain": domain,
            "truth": "nonincreasing" if truth else "not",
            "source": source,
        }
    )


# Mechanics and textbook flows.
row("duffing", "x y", ["y", "-y-x^3+x"], "y^2/2+x^4/4-x^2/2", T, "Duffing's oscillator with damping")
row("duffing_undamped_dip", "x y", ["y", "y/1000-x^3+x"], "y^2/2+x^4/4-x^2/2", F, "Duffing's oscillator, weakly driven")
row("van_der_pol_reversed", "x y", ["-y", "x-(1-x^2)*y"], "x^2+y^2", T, "van der Pol in reversed time, inside the unit circle", "x^2+y^2 <= 1")
row("van_der_pol_reversed_wide", "x y", ["-y", "x-(1-x^2)*y"], "x^2+y^2", F, "van der Pol in reversed time, all of the plane")
row("ahmadi_parrilo", "x y", ["-x+x*y", "-y"], "log(1+x^2)+y^2", T, "Ahmadi, Krstic & Parrilo 2011: no polynomial Lyapunov function")
row("ahmadi_parrilo_half", "x y", ["-x+x*y", "-y"], "log(1+x^2)+y^2/8", F, "the same with too small a weight")
row("rational_2d", "x y", ["-x/(1+y^2)", "-y/(1+x^2)"], "x^2+y^2", T, "rational rates, written here")
row("rational_cross", "x y", ["-x/(1+x^2)+y", "-y-x"], "x^2+y^2", T, "rational rates, written here")
row("rational_false", "x y", ["-x/(1+x^2)+y", "-y"], "x^2+y^2", F, "rational rates, written here")
row("mathieu_false", "x y t", ["y", "-y/10-(2+sin(t))*x", "1"], "98*x^2+55*y^2+55*x*y", F, "Mathieu's equation with little damping", "x^2+y^2 <= 1")
row("time_decay", "x t", ["-x*(1+sin(t)^2)", "1"], "x^2", T, "a time-varying decay")
row("time_decay_false", "x t", ["-x*(0.99+sin(t))", "1"], "x^2", F, "a time-varying decay that turns")
row("quartic_tiny_dip", "x y", ["-x^3+x/1000", "-y"], "x^2+y^2", F, "unstable at the origin only")
row("cubic_coupled", "x y", ["-x^3+y^3", "-x*y^2-y^3"], "x^2+y^2", T, "Hahn 1967: cubic couplings that cancel")
row("fossil_poly2", "x y", ["-x", "-y+x^2*y"], "x^2+y^2", F, "Poly benchmark of FOSSIL on the plane")
row("fossil_poly2_disc", "x y", ["-x", "-y+x^2*y"], "x^2+y^2", T, "Poly benchmark of FOSSIL on a disc", "x^2+y^2 <= 1")
row("pendulum_disc", "x y", ["y", "-sin(x)-y"], "1-cos(x)+y^2/2", T, "pendulum on a disc", "x^2+y^2 <= 9")
row("linear_stable", "x y z", ["-x+y", "-y+z", "-z"], "x^2+y^2+z^2", T, "a chain; the form is definite since the couplings are 1")
row("linear_chain_strong", "x y z", ["-x+2*y", "-y+2*z", "-z"], "x^2+y^2+z^2", F, "a chain with strong couplings")

# Phases.
w3 = [[0, "1", "0.5"], ["1", 0, "0.7"], ["0.5", "0.7", 0]]
w4 = [[0, "1", "0.5", "-0.3"], ["1", 0, "0.7", "0.2"], ["0.5", "0.7", 0, "1.1"], ["-0.3", "0.2", "1.1", 0]]
row("kuramoto_2", "a b", *kuramoto("ab", [[0, "1.3"], ["1.3", 0]]), T, WINFREE)
row("kuramoto_4", "a b c d", *kuramoto("abcd", w4), T, WINFREE)
row("kuramoto_second_harmonic", "a b c", *kuramoto("abc", w3, "0.4"), T, "Nishikawa, Lai & Hoppensteadt 2004: second harmonics")
asym3 = [[0, "1", "0.5"], ["0.9", 0, "0.7"], ["0.5", "0.7", 0]]
row("kuramoto_asym", "a b c", *kuramoto("abc", asym3), F, WINFREE + ", one coupling not symmetric")
row("kuramoto_drift", "a b", ["0.1+sin(b-a)", "sin(a-b)"], "-cos(b-a)", F, "a frequency that the energy leaves out")
row("kuramoto_second_unequal", "a b", ["sin(b-a)+0.4*sin(2*(b-a))", "sin(a-b)+0.3*sin(2*(a-b))"], "-cos(b-a)-0.2*cos(2*(b-a))", T, "second harmonics that differ: both forces have the sign of sin(b-a)")

# Neurons of one variable each.
w2 = [["0.4", "1.2"], ["1.2", "-0.3"]]
row("hopfield_tanh", "x y", tanh_rates("xy", w2), tanh_energy("xy", w2), T, HOPFIELD)
row("hopfield_tanh_3", "x y z", tanh_rates("xyz", [["0.5", "1", "-1"], ["1", 0, "0.3"], ["-1", "0.3", "0.2"]]), tanh_energy("xyz", [["0.5", "1", "-1"], ["1", 0, "0.3"], ["-1", "0.3", "0.2"]]), T, HOPFIELD)
row("hopfield_tau", "x y", tanh_rates("xy", w2, ["2", "0.5"]), tanh_energy("xy", w2), T, HOPFIELD + ", unequal time constants")
anti = [["0", "1.2"], ["-1.2", "0"]]
row("hopfield_antisym", "x y", tanh_rates("xy", anti), tanh_energy("xy", anti), F, HOPFIELD + ", antisymmetric couplings")
nearly = [["0", "1.2"], ["1.1", "0"]]
row("hopfield_nearly_sym", "x y", tanh_rates("xy", nearly), tanh_energy("xy", nearly), F, HOPFIELD + ", nearly symmetric couplings")
nearly3 = [["0", "1.5", "0"], ["1.4", "0", "0.2"], ["0", "0.2", "0.5"]]
row("hopfield_nearly_sym_3", "x y z", tanh_rates("xyz", nearly3), tanh_energy("xyz", nearly3), F, HOPFIELD + ", nearly symmetric couplings")
row("hopfield_logistic", "x y", ["-x+2*sigmoid(y)-0.5", "-y+2*sigmoid(x)"], "x*sigmoid(x)-softplus(x)+y*sigmoid(y)-softplus(y)-2*sigmoid(x)*sigmoid(y)+0.5*sigmoid(x)", T, HOPFIELD + ", logistic units")
row("hopfield_logistic_false", "x y", ["-x+2*sigmoid(y)-0.5", "-y+2*sigmoid(x)"], "x*sigmoid(x)-softplus(x)+y*sigmoid(y)-softplus(y)-2*sigmoid(x)*sigmoid(y)-0.5*sigmoid(x)", F, HOPFIELD + ", a bias of the wrong sign")
row("hopfield_relu", "x y", ["-x+0.6*relu(y)+0.2", "-y+0.6*relu(x)"], "x*relu(x)-relu(x)^2/2+y*relu(y)-relu(y)^2/2-0.6*relu(x)*relu(y)-0.2*relu(x)", T, "Krotov & Hopfield 2021, rectified units")
row("hopfield_relu_skew", "x y", ["-x+0.6*relu(y)", "-y-0.6*relu(x)"], "x*relu(x)-relu(x)^2/2+y*relu(y)-relu(y)^2/2-0.6*relu(x)*relu(y)", T, "rectified units, one weak coupling of the other sign")
row("hopfield_softplus", "x y", ["-x-softplus(y)", "-y-softplus(x)"], "x*softplus(x)-integral(q,0,x,softplus(q))+y*softplus(y)-integral(q,0,y,softplus(q))+softplus(x)*softplus(y)", T, "units with softplus, Lagrangian as an integral")
row("bam", "x y z", ["-x+tanh(y)+0.5*tanh(z)", "-y+tanh(x)", "-z+0.5*tanh(x)"], "x*tanh(x)-log(cosh(x))+y*tanh(y)-log(cosh(y))+z*tanh(z)-log(cosh(z))-tanh(x)*tanh(y)-0.5*tanh(x)*tanh(z)", T, "Kosko 1988: bidirectional memory, one unit and two")
row("bam_false", "x y z", ["-x+tanh(y)+0.5*tanh(z)", "-y+tanh(x)", "-z+0.6*tanh(x)"], "x*tanh(x)-log(cosh(x))+y*tanh(y)-log(cosh(y))+z*tanh(z)-log(cosh(z))-tanh(x)*tanh(y)-0.5*tanh(x)*tanh(z)", F, "Kosko 1988 with one weight that differs on the way back")
cg = "x*tanh(x)-log(cosh(x))+y*tanh(y)-log(cosh(y))-0.8*tanh(x)*tanh(y)"
row("cohen_grossberg", "x y", ["(1+x^2)*(-x+0.8*tanh(y))", "(2+sin(y))*(-y+0.8*tanh(x))"], cg, T, "Cohen & Grossberg 1983")
row("cohen_grossberg_false", "x y", ["(1+x^2)*(-x+0.8*tanh(y))", "(0.9+sin(y))*(-y+0.8*tanh(x))"], cg, F, "Cohen & Grossberg 1983 with an amplification that turns")

# Populations.
row("lotka_volterra", "x y", ["x*(1-y)", "y*(x-1)"], "x-log(x)+y-log(y)", T, "Volterra's constant of motion", "x > 0 and y > 0")
row("lotka_competition", "x y", ["x*(3-2*x-y)", "y*(3-x-2*y)"], "x-log(x)+y-log(y)", T, "Goh 1977: competition with symmetric interaction", "x > 0 and y > 0")
row("lotka_competition_gradient", "x y", ["x*(3-2*x-y)", "y*(3-x-2*y)"], "x^2+x*y+y^2-3*x-3*y", T, "MacArthur 1969: a quadratic that competition minimises", "x > 0 and y > 0")
row("lotka_false", "x y", ["x*(3-x-2*y)", "y*(3-2*x-y)"], "x-log(x)+y-log(y)", F, "competition too strong", "x > 0 and y > 0")
row("logistic_growth", "x", ["x*(1-x)"], "x-log(x)", T, "logistic growth", "x > 0")

# Collective activations.
row("softmax_hidden", "x y z", *dual(SOFTMAX_G, SOFTMAX_L, [(0, 1, "0.9")]), T, KROTOV + ", softmax")
row("softmax_hidden_two", "x y z", *dual(SOFTMAX_G, SOFTMAX_L, [(0, 1, "0.9"), (1, 2, "-2")]), T, KROTOV + ", softmax")
ode, energy = dual(SOFTMAX_G, SOFTMAX_L, [(0, 1, "0.9")])
row("softmax_unequal_tau", "x y z", [ode[0], f"({ode[1]})/9", ode[2]], energy, F, KROTOV + ", softmax with unequal time constants")
row("softmax_wrong_sign", "x y z", [ode[0].replace("0.9", "0.8"), ode[1], ode[2]], energy, F, KROTOV + ", softmax with couplings that differ")
row("softmax_scaled", "x y z", [f"({r})/3" for r in ode], energy, T, KROTOV + ", softmax with one time constant")
sphere_g = [f"{v}/{SPHERE}" for v in "xyz"]
row("spherical_hidden", "x y z", *dual(sphere_g, SPHERE, [(0, 1, "0.9")]), T, KROTOV + ", spherical normalisation")
ode, energy = dual(sphere_g, SPHERE, [(0, 1, "0.9")])
row("spherical_unequal_tau", "x y z", [f"({ode[0]})*9", ode[1], ode[2]], energy, F, KROTOV + ", spherical normalisation with unequal time constants")

# Learning by relaxation, plastic couplings.
row("equilibrium_propagation", "x y", ["-x+0.8*(1-tanh(x)^2)*tanh(y)", "-y+0.8*(1-tanh(y)^2)*tanh(x)-0.5*(y-1)"], "x^2/2+y^2/2-0.8*tanh(x)*tanh(y)+0.25*(y-1)^2", T, "Scellier & Bengio 2017: nudged relaxation")
row("equilibrium_propagation_false", "x y", ["-x+3*tanh(y)", "-y+3*(1-tanh(y)^2)*tanh(x)"], "x^2/2+y^2/2-3*tanh(x)*tanh(y)", F, "Scellier & Bengio 2017 with the slope left out")
row("plastic_pair", "s r w", ["-s+tanh(w*r)", "-r+tanh(w*s)", "-w+s*r"], "-w*s*r+s*atanh(s)+log(1-s^2)/2+r*atanh(r)+log(1-r^2)/2+w^2/2", T, "activity and weight, both relaxing", "s^2 < 1 and r^2 < 1")
row("plastic_pair_false", "s r w", ["-s+tanh(w*r)", "-r+tanh(w*s)", "-w+s*r"], "-w*s*r+s*atanh(s)+log(1-s^2)/2+r*atanh(r)+log(1-r^2)/2+w^2/4", F, "the same with half the weight's cost", "s^2 < 1 and r^2 < 1")
row("predictive_coding", "x y", ["-(x-1)+0.7*(1-tanh(x)^2)*(y-tanh(x))", "-(y-tanh(x))"], "(x-1)^2/2+0.7*(y-tanh(x))^2/2", T, "Rao & Ballard 1999, two levels")

FUNCTIONS = {
    "relu": lambda u: sp.Max(u, 0),
    "sigmoid": lambda u: 1 / (1 + sp.exp(-u)),
    "softplus": lambda u: sp.log(1 + sp.exp(u)),
    "integral": lambda q, a, b, f: sp.Integral(f, (q, a, b)),
}


def rate_of(r):
    symbols = {n: sp.Symbol(n, real=True) for n in r["state"] + ["q"]}
    parse = lambda s: sp.sympify(s.replace("^", "**"), locals={**symbols, **FUNCTIONS})
    energy = parse(r["energy"])
    total = sum(sp.diff(energy, symbols[n]) * parse(f) for n, f in zip(r["state"], r["ode"]))
    return sp.lambdify([symbols[n] for n in r["state"]], total.doit(), ["numpy", {"Heaviside": lambda x, *_: (x > 0) * 1.0}])


def inside(domain, names, x):
    if domain == "all":
        return np.ones(x.shape[1], bool)
    scope = dict(zip(names, x))
    return np.all([eval(c.replace("^", "**"), {}, scope) for c in domain.split(" and ")], axis=0)


def highest(r):
    f, names, random = rate_of(r), r["state"], np.random.default_rng(7)
    spreads = [0.02, 0.3, 1, 3, 10]
    x = np.concatenate([random.normal(size=(len(names), 40000)) * s for s in spreads], axis=1)
    x = x[:, inside(r["domain"], names, x)]
    with np.errstate(all="ignore"):
        values = np.broadcast_to(np.asarray(f(*x), float), x.shape[1:])
        scale = 1e-10 * (1 + np.sum(x**2, axis=0) ** 2)
        excess = np.where(np.isfinite(values), values - scale, -np.inf)
        best = excess.max()
        for k in np.argsort(-excess)[:6]:
            def goal(p):
                ok = inside(r["domain"], names, p[:, None])[0]
                v = float(f(*p)) if ok else -np.inf
                return -(v - 1e-10 * (1 + np.sum(p**2) ** 2)) if np.isfinite(v) else 1e9
            best = max(best, -minimize(goal, x[:, k], method="Nelder-Mead").fun)
    return best


if __name__ == "__main__":
    wrong = 0
    for r in ROWS:
        top = highest(r)
        r["highest"] = float(f"{top:.3g}")
        if (top > 0) == (r["truth"] == "nonincreasing"):
            wrong += 1
            print("WRONG", r["name"], top)
    print(len(ROWS), "rows", sum(r["truth"] != "not" for r in ROWS), "true", wrong, "wrong")
    Path(__file__).with_name("flows.data.json").write_text(json.dumps(ROWS, indent=1) + "\n")
    sys.exit(wrong > 0)
