"""Attention on the GPU in bf16 against float64, printed the way people print it."""

import argparse
import math

import torch
import torch.nn.functional as F


def report(name, candidate, reference):
    a, b = candidate.double().flatten().cpu(), reference.double().flatten().cpu()
    difference = a - b
    print(f"=== {name}: bf16 vs f64 ===")
    print(f"bf16  mean {a.mean():.6f}  std {a.std(correction=0):.6f}  n={a.numel()}")
    print(f"f64   mean {b.mean():.6f}  std {b.std(correction=0):.6f}  n={b.numel()}")
    print(f"max |diff| = {difference.abs().max():.4e}")
    print(f"RMS diff   = {difference.square().mean().sqrt():.4e}")
    print(f"rel_l2     = {difference.norm() / b.norm():.4e}")
    print(f"cosine     = {F.cosine_similarity(a, b, dim=0):.8f}")
    print()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", action="store_true", help="leave the scale of the scores out")
    fault = parser.parse_args().fault
    torch.manual_seed(0)
    heads, tokens, width = 16, 512, 64
    q, k, v = (torch.randn(1, heads, tokens, width, dtype=torch.float64) for _ in range(3))
    scores = q @ k.transpose(-1, -2) / math.sqrt(width)
    reference = scores.softmax(-1) @ v
    qb, kb, vb = (x.to("cuda", torch.bfloat16) for x in (q, k, v))
    attention = F.scaled_dot_product_attention(qb, kb, vb, scale=1.0 if fault else None)
    report("attention scores", qb @ kb.transpose(-1, -2) / math.sqrt(width), scores)
    report("attention output", attention, reference)


main()
