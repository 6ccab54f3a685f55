"""Writes functions.data.json: reference values of every function by mpmath (70 digits, printed to 60).

    python3 -m venv /tmp/venv-ref && /tmp/venv-ref/bin/pip install mpmath
    /tmp/venv-ref/bin/python test/index-notation/functions.py
"""

import json
import random
from fractions import Fraction
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.dps = 70
random.seed(1)


def exactly(f):
    """f evaluated with so many digits that cancellation does not reach the printed ones."""

    def g(x):
        with mpmath.workdps(1200):
            return f(x)

    return g


FUNCTIONS = {
    "exp": (mpmath.exp, -40, 40),
    "log": (exactly(mpmath.log), 0, 50),
    "sin": (exactly(mpmath.sin), -30, 30),
    "cos": (exactly(mpmath.cos), -30, 30),
    "tan": (exactly(mpmath.tan), -30, 30),
    "asin": (exactly(mpmath.asin), -1, 1),
    "acos": (exactly(mpmath.acos), -1, 1),
    "atan": (exactly(mpmath.atan), -50, 50),
    "sinh": (exactly(mpmath.sinh), -40, 40),
    "cosh": (exactly(mpmath.cosh), -40, 40),
    "tanh": (exactly(mpmath.tanh), -40, 40),
    "asinh": (exactly(mpmath.asinh), -40, 40),
    "acosh": (exactly(mpmath.acosh), 1, 40),
    "atanh": (exactly(mpmath.atanh), -1, 1),
    "sech": (exactly(mpmath.sech), -40, 40),
    "erf": (exactly(mpmath.erf), -8, 8),
    "erfc": (exactly(mpmath.erfc), -8, 30),
    "gamma": (exactly(mpmath.gamma), -20, 40),
    "lgamma": (exactly(lambda x: mpmath.log(abs(mpmath.gamma(x)))), -20, 200),
    "sigmoid": (exactly(lambda x: 1 / (1 + mpmath.exp(-x))), -60, 60),
    "softplus": (exactly(lambda x: mpmath.log1p(mpmath.exp(x))), -60, 60),
    "logcosh": (exactly(lambda x: mpmath.log(mpmath.cosh(x))), -60, 60),
    "digamma": (exactly(lambda x: mpmath.psi(0, x)), -20, 60),
    "trigamma": (exactly(lambda x: mpmath.psi(1, x)), -20, 60),
    "polygamma3": (exactly(lambda x: mpmath.psi(3, x)), -8, 60),
    "polygamma4": (exactly(lambda x: mpmath.psi(4, x)), -8, 60),
}

TINY = ["1e-30", "-1e-30", "1e-9", "-1e-9"]
ONE = ["1", "-1", "0.9999999999999999999999", "1.0000000000000000000001", "-0.9999999999999999999999"]
EDGES = {
    "exp": ["-1000", "1000", *TINY],
    "log": ["1e-30", "1e30", *ONE],
    "sin": ["3.14159265358979323846264338327950288", "1e25", *TINY],
    "cos": ["1.57079632679489661923132169163975144", "1e25", *TINY],
    "tan": ["1.57079632679489661923132169163975144", "1e25", *TINY],
    "asin": [*ONE, *TINY],
    "acos": [*ONE, *TINY],
    "atan": ["1e30", "-1e30", *TINY],
    "sinh": ["1000", "-1000", *TINY],
    "cosh": ["1000", "-1000", *TINY],
    "tanh": ["1000", "-1000", *TINY],
    "asinh": ["1e30", "-1e30", *TINY],
    "acosh": ["1e30", *ONE],
    "atanh": [*ONE[2:], *TINY],
    "sech": ["1000", "-1000", *TINY],
    "erf": ["100", "-100", *TINY],
    "erfc": ["100", "-100", "12.9", "13.5", "14.2", "0.5", "0.4999", *TINY],
    "gamma": ["-10.5", "0.5", "1e-20", "-1e-20", "-2.9999999999", "170", "1000.25", "1e6"],
    "lgamma": ["-10.5", "1", "2", "1e-20", "-1e-20", "1.000000000000001", "1.99999999999999", "1e10", "1e-300"],
    "sigmoid": ["1000", "-1000", *TINY],
    "softplus": ["1000", "-1000", "200", *TINY],
    "logcosh": ["1000", "-1000", *TINY],
    "digamma": ["1e-20", "1.461632144968362341262659542325721", "-0.5", "-1000.5", "1e10"],
    "trigamma": ["1e-20", "-0.5", "-100.5", "1e10"],
    "polygamma3": ["1e-20", "-0.5", "-10.5", "1e10"],
    "polygamma4": ["1e-20", "-0.5", "-10.5", "1e10"],
}


def points(low, high):
    """Decimals with 20 digits, so that the argument is exact in every program."""
    step = 10**20
    return [str(Fraction(random.randint(low * step + 1, high * step - 1), step)) for _ in range(32)]


def value(f, text):
    a = Fraction(text)
    with mpmath.workdps(1200):
        x = mpf(a.numerator) / a.denominator
    y = f(x)
    if isinstance(y, mpmath.mpc) or mpmath.isnan(y):
        return "NaN"
    return mpmath.nstr(y, 60, strip_zeros=False, min_fixed=0, max_fixed=0) if mpmath.isfinite(y) else str(y)


def rows(name, f, low, high):
    for text in points(low, high) + EDGES[name]:
        try:
            yield [str(Fraction(text)), value(f, text)]
        except (ValueError, ZeroDivisionError):
            yield [str(Fraction(text)), "NaN"]


table = {name: list(rows(name, *spec)) for name, spec in FUNCTIONS.items()}
lines = ",\n".join(
    f'"{name}": [\n' + ",\n".join(json.dumps(r) for r in rs) + "\n]" for name, rs in table.items()
)
Path(__file__).with_name("functions.data.json").write_text("{\n" + lines + "\n}\n")
