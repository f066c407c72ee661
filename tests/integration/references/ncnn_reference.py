"""Runs an ncnn network in fp32 on the CPU: the reference that Gesso's ONNX file is held against.

usage: ncnn_reference.py STEM INPUT.f32 CHANNELS HEIGHT WIDTH OUTPUT.f32 [REPEATS]
Writes the output as little-endian float32 and prints {"shape": [...], "ms": best} as JSON.
"""
import json
import sys
import time

import ncnn
import numpy

stem, source, channels, height, width, target = sys.argv[1:7]
repeats = int(sys.argv[7]) if len(sys.argv) > 7 else 1
net = ncnn.Net()
net.opt.use_vulkan_compute = False
for half in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
    setattr(net.opt, f"use_{half}", False)
net.opt.num_threads = 2
if net.load_param(f"{stem}.param") or net.load_model(f"{stem}.bin"):
    sys.exit("ncnn cannot load the network")
picture = numpy.fromfile(source, dtype="<f4").reshape(int(channels), int(height), int(width))
best = float("inf")
for _ in range(repeats):
    started = time.perf_counter()
    run = net.create_extractor()
    run.input(net.input_names()[0], ncnn.Mat(numpy.ascontiguousarray(picture)))
    status, made = run.extract(net.output_names()[0])
    if status:
        sys.exit(f"ncnn answered {status}")
    result = numpy.array(made)
    best = min(best, time.perf_counter() - started)
result.astype("<f4").tofile(target)
print(json.dumps({"shape": list(result.shape), "ms": best * 1000}))
