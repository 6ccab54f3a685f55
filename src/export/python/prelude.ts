/** Nothing comes in; the Python functions that array code calls go out, for NumPy and for JAX. */

import { RULE } from "./printer.js";

/** What both share: stable primitives, and reductions that are right on empty and infinite ranges. */
const SHARED = `def _relu(x):
    return xp.maximum(x, 0.0)


def _step(x):
    return xp.where(xp.asarray(x) > 0, 1.0, 0.0) + 0.0 * xp.where(xp.isnan(x), x, 0.0)


def _sigmoid(x):
    e = xp.exp(-xp.abs(x))
    return xp.where(xp.asarray(x) >= 0, 1.0, e) / (1.0 + e)


def _softplus(x):
    return xp.maximum(x, 0.0) + xp.log1p(xp.exp(-xp.abs(x)))


def _sech(x):
    e = xp.exp(-xp.abs(x))
    return 2.0 * e / (1.0 + e * e)


def _logcosh(x):
    a = xp.abs(x)
    s = xp.sinh(0.5 * xp.minimum(a, 1.0))
    return xp.where(a > 0.75, a + xp.log1p(xp.exp(-2.0 * a)) - 0.6931471805599453, xp.log1p(2.0 * s * s))


def _logsumexp(x, axis):
    top = xp.max(x, axis=axis, keepdims=True, initial=-xp.inf)
    shift = xp.where(xp.isfinite(top), top, 0.0)
    total = xp.log(xp.sum(xp.exp(x - shift), axis=axis, keepdims=True)) + shift
    return xp.squeeze(xp.where(xp.isfinite(top), total, top), axis=axis)


def _softmax(x):
    top = xp.max(x, axis=-1, keepdims=True, initial=-xp.inf)
    e = xp.exp(x - xp.where(xp.isfinite(top), top, 0.0))
    total = xp.sum(e, axis=-1, keepdims=True)
    return e / xp.where(total == 0.0, 1.0, total)
`;

/** Nodes and weights on [0, 1]. */
const QUADRATURE = `def _rule(panels, order):
    x, w = numpy.polynomial.legendre.leggauss(order)
    nodes = (numpy.arange(panels)[:, None] + (x + 1.0) / 2.0) / panels
    return nodes.ravel(), numpy.tile(w / (2.0 * panels), panels)


# Integrals: ${RULE.panels} panels of ${RULE.order} Gauss-Legendre nodes. Exact up to rounding for integrands that are analytic near the interval. A
# jump s of the slope costs at most 1.2e-5 s width^2, a jump j of the value 0.006 j width.
_NODES, _WEIGHTS = _rule(${RULE.panels}, ${RULE.order})
`;

const NUMPY = `def _einsum(spec, *operands):
    return xp.einsum(spec, *operands, optimize=len(operands) > 1)


_erf = xp.vectorize(math.erf, otypes=[float])
_erfc = xp.vectorize(math.erfc, otypes=[float])


def _gamma_of(x):
    try:
        return math.gamma(x)
    except ValueError:
        return math.copysign(math.inf, x) if x == 0.0 else math.nan
    except OverflowError:
        return math.inf


def _lgamma_of(x):
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


_gamma = xp.vectorize(_gamma_of, otypes=[float])
_lgamma = xp.vectorize(_lgamma_of, otypes=[float])


def _polygamma_of(order, x):
    """Recurrence, asymptotic series and reflection: Abramowitz & Stegun 6.4.6, 6.4.11, 6.4.7."""
    if math.isnan(x) or (x <= 0 and x == math.floor(x)):
        return math.nan
    if x < 0:
        c = 1.0 / math.tan(math.pi * (x - math.floor(x)))
        p = [0.0, 1.0]
        for _ in range(order):
            d = [a * (m + 1) for m, a in enumerate(p[1:])]
            p = [-u - v for u, v in zip(d + [0.0, 0.0], [0.0, 0.0] + d)]
        slope = sum(a * c**m for m, a in enumerate(p))
        return (-1) ** order * _polygamma_of(order, 1.0 - x) - math.pi ** (order + 1) * slope
    factorial, total, z = math.factorial(order), 0.0, x
    while z < 15 + order:
        total += factorial / z ** (order + 1)
        z += 1.0
    total += (-math.log(z) if order == 0 else factorial / order / z**order) + factorial / (2.0 * z ** (order + 1))
    bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330]
    for k, b in enumerate(bernoulli):
        m = 2 * (k + 1)
        total += b * math.factorial(m + order - 1) / math.factorial(m) / z ** (m + order)
    return (-1) ** (order + 1) * total


_polygamma = xp.vectorize(_polygamma_of, otypes=[float])
`;

const JAX = `def _einsum(spec, *operands):
    return xp.einsum(spec, *operands, precision=jax.lax.Precision.HIGHEST)


_erf = jax.scipy.special.erf
_erfc = jax.scipy.special.erfc
_gamma = jax.scipy.special.gamma
_lgamma = jax.scipy.special.gammaln
_polygamma = jax.scipy.special.polygamma
`;

export const PRELUDE = {
  numpy: `${SHARED}\n\n${NUMPY}\n\n${QUADRATURE}`,
  jax: `${SHARED}\n\n${JAX}\n\n${QUADRATURE}`,
} as const;

export const IMPORTS = {
  numpy: "import json\nimport math\n\nimport numpy\nimport numpy as xp",
  jax: "import json\n\nimport jax\nimport jax.numpy as xp\nimport jax.scipy.special\nimport numpy",
} as const;
