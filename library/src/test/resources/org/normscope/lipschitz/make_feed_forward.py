"""Writes feed_forward.csv: bounds of fully connected networks by numpy, the weights being those of java.util.Random.

Usage: python3 make_feed_forward.py > feed_forward.csv
"""
import math
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np


class JavaRandom:
    """java.util.Random's nextGaussian: a 48-bit linear congruential generator and the polar method."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
        self.next_gaussian = None

    def bits(self, count):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.state >> (48 - count)

    def uniform(self):
        return ((self.bits(26) << 27) + self.bits(27)) * 2.0**-53

    def gaussian(self):
        if self.next_gaussian is not None:
            value, self.next_gaussian = self.next_gaussian, None
            return value
        while True:
            a = 2 * self.uniform() - 1
            b = 2 * self.uniform() - 1
            s = a * a + b * b
            if 0 < s < 1:
                factor = math.sqrt(-2 * math.log(s) / s)
                self.next_gaussian = b * factor
                return a * factor

    def matrix(self, rows, cols):
        return np.array([[self.gaussian() for _ in range(cols)] for _ in range(rows)])


def norm(matrix):
    return np.linalg.norm(matrix, 2)


def weights(random, widths, kind):
    """He's initialization; spiked: six times a random matrix of rank one and norm one added."""
    result = []
    for cols, rows in zip(widths[:-1], widths[1:]):
        matrix = random.matrix(rows, cols) * math.sqrt(2 / cols)
        if kind == "spiked":
            u = random.matrix(rows, 1)
            v = random.matrix(1, cols)
            matrix = matrix + 6 * (u / np.linalg.norm(u)) @ (v / np.linalg.norm(v))
        result.append(matrix)
    return result


def combettes_pesquet(matrices, middle, half):
    count = len(matrices)
    theta = [1.0] + [0.0] * count
    for k in range(1, count + 1):
        product = np.eye(matrices[k - 1].shape[0])
        for j in range(k - 1, -1, -1):
            product = product @ matrices[j]
            theta[k] += theta[j] * (half if j > 0 else 1) * middle ** (k - 1 - j) * norm(product)
    return theta[count]


def eclipse_fast(matrices):
    x = np.eye(matrices[0].shape[1])
    for matrix in matrices[:-1]:
        s = matrix @ np.linalg.solve(x, matrix.T)
        s = (s + s.T) / 2
        factor = 2 / np.linalg.eigvalsh(s)[-1]
        x = factor * np.eye(len(s)) - factor * factor / 4 * s
    s = matrices[-1] @ np.linalg.solve(x, matrices[-1].T)
    return math.sqrt(np.linalg.eigvalsh((s + s.T) / 2)[-1])


NETWORKS = ("784-256-256-10", "784-128-128-128-128-10", "100-100-100-100-100-100-100-100-10", "512-2048-512")

print("widths,kind,seed,product,combettes_pesquet,combettes_pesquet_gelu,eclipse_fast")
for seed, widths in enumerate(NETWORKS):
    for kind in ("he", "spiked"):
        found = weights(JavaRandom(seed), [int(width) for width in widths.split("-")], kind)
        product = float(math.prod(norm(matrix) for matrix in found))
        relu = combettes_pesquet(found, 0.5, 0.5)
        gelu = combettes_pesquet(found, 0.5, 0.6289041451851548)
        print(f"{widths},{kind},{seed},{product!r},{float(relu)!r},{float(gelu)!r},{eclipse_fast(found)!r}")
