"""JSON rows of trees come in; what SymPy differentiates and CVXPY's composition rules say goes out, row by row."""

import json
import sys
import warnings
from fractions import Fraction

import cvxpy as cp
import mpmath
import sympy as sp

warnings.simplefilter("ignore")
DIGITS = 30


class NotWritten(Exception):
    pass


# ---- SymPy: derivatives ----------------------------------------------------------------------------------

SYMPY = {
    "exp": sp.exp, "log": sp.log, "abs": sp.Abs, "sign": sp.sign, "sin": sp.sin, "cos": sp.cos, "tan": sp.tan,
    "asin": sp.asin, "acos": sp.acos, "atan": sp.atan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh,
    "asinh": sp.asinh, "acosh": sp.acosh, "atanh": sp.atanh, "sech": sp.sech, "erf": sp.erf, "erfc": sp.erfc,
    "gamma": sp.gamma, "lgamma": sp.loggamma,
    "relu": lambda x: sp.Max(x, 0),
    "step": lambda x: sp.Heaviside(x, 0),
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "logcosh": lambda x: sp.log(sp.cosh(x)),
}
RELATIONS = {"<": sp.Lt, "<=": sp.Le, "=": sp.Eq, "!=": sp.Ne}


def to_sympy(tree, symbols):
    head, rest = tree[0], tree[1:]
    if head == "number":
        value = Fraction(rest[0])
        return sp.Rational(value.numerator, value.denominator)
    if head == "pi":
        return sp.pi
    if head == "variable":
        return symbols[rest[0]]
    if head == "where":
        tests = [RELATIONS[t[0]](to_sympy(t[1], symbols), to_sympy(t[2], symbols)) for t in rest[0][1:]]
        return sp.Piecewise((to_sympy(rest[1], symbols), sp.And(*tests)), (to_sympy(rest[2], symbols), True))
    if head == "polygamma":
        return sp.polygamma(rest[0], to_sympy(rest[1], symbols))
    arguments = [to_sympy(t, symbols) for t in rest]
    if head == "logsumexp":
        return sp.log(sp.Add(*[sp.exp(a) for a in arguments]))
    many = {"add": sp.Add, "multiply": sp.Mul, "power": sp.Pow, "max": sp.Max, "min": sp.Min}
    return many[head](*arguments) if head in many else SYMPY[head](*arguments)


def derivatives(row):
    symbols = {name: sp.Symbol(name, real=True) for name in row["variables"]}
    order = list(symbols.values())
    e = to_sympy(row["tree"], symbols)
    gradient = [sp.diff(e, x) for x in order]
    pairs = [(i, j) for i in range(len(order)) for j in range(i + 1)]
    hessian = [sp.diff(gradient[i], order[j]) for i, j in pairs]
    return [at_point(order, [*gradient, *hessian], len(order), pairs, p) for p in row["points"]]


def at_point(order, formulas, n, pairs, point):
    """The derivatives to 30 digits, and the extreme eigenvalues of the Hessian; None where SymPy has no number."""
    values = {x: sp.Rational(*map(int, (Fraction(p).numerator, Fraction(p).denominator))) for x, p in zip(order, point)}
    numbers = [number(f, values) for f in formulas]
    if any(v is None for v in numbers):
        return {"values": [None if v is None else mpmath.nstr(v, DIGITS) for v in numbers]}
    matrix = mpmath.matrix(n, n)
    for (i, j), v in zip(pairs, numbers[n:]):
        matrix[i, j] = matrix[j, i] = v
    eigenvalues = mpmath.eigsy(matrix, eigvals_only=True)
    return {
        "values": [mpmath.nstr(v, DIGITS) for v in numbers],
        "least": float(min(eigenvalues)),
        "largest": float(max(eigenvalues)),
    }


def number(formula, values):
    value = formula.subs(values).evalf(DIGITS + 10)
    return mpmath.mpf(str(value)) if value.is_Float or value.is_Rational else None


# ---- CVXPY: disciplined convex programming -----------------------------------------------------------------

CVXPY = {"exp": cp.exp, "log": cp.log, "abs": cp.abs, "relu": cp.pos, "softplus": cp.logistic}


def to_cvxpy(tree, variables):
    head, rest = tree[0], tree[1:]
    if head == "number":
        return cp.Constant(float(Fraction(rest[0])))
    if head == "pi":
        return cp.Constant(3.141592653589793)
    if head == "variable":
        return variables[rest[0]]
    if head in ("where", "polygamma"):
        raise NotWritten(head)
    arguments = [to_cvxpy(t, variables) for t in rest]
    if head == "add":
        return sum(arguments[1:], arguments[0])
    if head == "multiply":
        return product(arguments)
    if head == "power":
        return power(*arguments)
    if head == "logsumexp":
        return cp.log_sum_exp(cp.hstack(arguments))
    if head in ("max", "min"):
        return (cp.maximum if head == "max" else cp.minimum)(*arguments)
    if head not in CVXPY:
        raise NotWritten(head)
    return CVXPY[head](*arguments)


def product(factors):
    """x*log(x) is an atom there (minus the entropy), a product of two variables is not."""
    result = factors[0]
    for f in factors[1:]:
        result = cp.multiply(result, f)
    return result


def power(base, exponent):
    """CVXPY's x**3 and 1/x have the domain x >= 0: elsewhere they are other functions than those meant."""
    if exponent.is_constant():
        p = float(exponent.value)
        even = p == int(p) and p > 0 and int(p) % 2 == 0
        if not (p == 1 or even or base.is_nonneg()):
            raise NotWritten("power of a base without sign")
        return cp.power(base, p)
    if base.is_constant() and base.value > 0:
        return cp.exp(exponent * float(cp.log(base).value))
    raise NotWritten("power")


def curvature(row):
    signs = row["signs"]
    variables = {n: cp.Variable(name=n, **({signs[n]: True} if signs.get(n) else {})) for n in row["variables"]}
    try:
        e = to_cvxpy(row["tree"], variables)
    except (NotWritten, ValueError, TypeError, cp.error.DCPError) as error:
        return {"atoms": False, "why": str(error)[:60]}
    return {"atoms": True, "convex": bool(e.is_convex()), "concave": bool(e.is_concave())}


JOBS = {"sympy": derivatives, "cvxpy": curvature}

if __name__ == "__main__":
    asked = json.load(sys.stdin)
    mpmath.mp.dps = DIGITS + 10
    json.dump([JOBS[asked["job"]](row) for row in asked["rows"]], sys.stdout)
