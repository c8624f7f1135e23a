"""A small decoder in bf16 on the GPU and in float32 on the CPU: every stage of both is left as a file."""

import argparse
import os
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

layers, width, heads, tokens = 4, 256, 8, 64


def weights(generator):
    def matrix(rows, columns):
        return torch.randn(rows, columns, generator=generator) / columns**0.5

    return [
        {
            "qkv": matrix(3 * width, width),
            "bias": 0.1 * torch.randn(3 * width, generator=generator),
            "out": matrix(width, width),
            "up": matrix(4 * width, width),
            "down": matrix(width, 4 * width),
        }
        for _ in range(layers)
    ]


def forward(x, model, fault=None):
    captured = {"embedding": x}
    for index, layer in enumerate(model):

        def keep(stage, value):
            captured[f"layers.{index}.{stage}"] = value
            return value

        normed = keep("attn_norm", F.rms_norm(x, (width,), eps=1e-5))
        bias = None if fault == index else layer["bias"]
        qkv = keep("qkv", F.linear(normed, layer["qkv"], bias))
        q, k, v = (part.view(tokens, heads, -1).transpose(0, 1) for part in qkv.chunk(3, dim=-1))
        mixed = F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
        mixed = keep("attention", mixed.transpose(0, 1).reshape(tokens, width))
        x = keep("attn_residual", x + F.linear(mixed, layer["out"]))
        normed = keep("ffn_norm", F.rms_norm(x, (width,), eps=1e-5))
        up = keep("ffn_up", F.silu(F.linear(normed, layer["up"])))
        x = keep("ffn_residual", x + F.linear(up, layer["down"]))
    return captured


def leave(side, captured):
    folder = Path(os.environ["CODICIL_OUT"]) / side
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous().cpu() for name, value in captured.items()}, folder / "capture.safetensors")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", type=int, help="the layer that forgets the bias of q, k and v")
    fault = parser.parse_args().fault
    generator = torch.Generator().manual_seed(0)
    model = weights(generator)
    x = torch.randn(tokens, width, generator=generator)
    leave("reference", forward(x, model))
    gpu = [{name: value.to("cuda", torch.bfloat16) for name, value in layer.items()} for layer in model]
    leave("candidate", forward(x.to("cuda", torch.bfloat16), gpu, fault))


main()
