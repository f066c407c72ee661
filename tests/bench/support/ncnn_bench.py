"""Runs ncnn networks in fp32 on the CPU, timed, as questions come: one JSON object a line on stdin and stdout.

{"open": STEM, "threads": 2, "winograd": true}                     -> {"ms": loading}
{"run": FILE.f32, "shape": [channels, height, width]}              -> {"ms": from matrix to matrix}
"""
import json
import sys
import time

import ncnn
import numpy

net = None
for line in sys.stdin:
    question = json.loads(line)
    started = time.perf_counter()
    if "open" in question:
        net = ncnn.Net()
        net.opt.use_vulkan_compute = False
        net.opt.num_threads = question["threads"]
        net.opt.use_winograd_convolution = question["winograd"]
        for half in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
            setattr(net.opt, f"use_{half}", False)
        stem = question["open"]
        if net.load_param(f"{stem}.param") or net.load_model(f"{stem}.bin"):
            sys.exit(f"ncnn cannot load {stem}")
    else:
        picture = numpy.fromfile(question["run"], dtype="<f4").reshape(question["shape"])
        started = time.perf_counter()
        run = net.create_extractor()
        run.input(net.input_names()[0], ncnn.Mat(picture))
        status, made = run.extract(net.output_names()[0])
        if status:
            sys.exit(f"ncnn answered {status}")
        numpy.array(made)
    print(json.dumps({"ms": (time.perf_counter() - started) * 1000}), flush=True)
