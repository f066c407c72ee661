import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { test } from 'vitest';
import { ClipReader } from '../../main/engine/media/video/clip-reader.ts';
import { colourTags, PixelConverter, readPlanes } from '../../main/engine/media/video/frame-planes.ts';
import { ROOT, sample } from './support/gesso.ts';

async function frames(name: string, from: number, count: number, width: number, height: number) {
  const reader = await ClipReader.open(sample(name));
  const conv = new PixelConverter('area');
  const out: Float32Array[] = [];
  let i = 0;
  for await (const { frame } of reader.frames()) {
    if (i++ >= from) {
      const c = await conv.convert(frame, 'gbrpf32le', colourTags(frame), { width, height });
      const planes = new Float32Array(3 * width * height);
      readPlanes(c, planes);
      c.free();
      out.push(planes);
    }
    frame.free();
    if (out.length >= count) break;
  }
  await reader.close();
  return out;
}
function warp(p: Float32Array, flow: Float32Array, w: number, h: number) {
  const o = new Float32Array(p.length);
  const a = w * h;
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const sx = Math.min(w - 1, Math.max(0, x + flow[y * w + x]!)), sy = Math.min(h - 1, Math.max(0, y + flow[a + y * w + x]!));
    const x0 = Math.floor(sx), y0 = Math.floor(sy), x1 = Math.min(w - 1, x0 + 1), y1 = Math.min(h - 1, y0 + 1);
    const fx = sx - x0, fy = sy - y0;
    for (let c = 0; c < 3; c++) {
      const q = c * a;
      o[q + y * w + x] = (p[q + y0 * w + x0]! * (1 - fx) + p[q + y0 * w + x1]! * fx) * (1 - fy) + (p[q + y1 * w + x0]! * (1 - fx) + p[q + y1 * w + x1]! * fx) * fy;
    }
  }
  return o;
}
function back(flow: Float32Array, w: number, h: number, iterations: number) {
  const a = w * h;
  const out = new Float32Array(2 * a);
  const at = (p: number, x: number, y: number) => {
    x = Math.min(w - 1, Math.max(0, x)); y = Math.min(h - 1, Math.max(0, y));
    const x0 = Math.floor(x), y0 = Math.floor(y), x1 = Math.min(w - 1, x0 + 1), y1 = Math.min(h - 1, y0 + 1), fx = x - x0, fy = y - y0;
    const q = p * a;
    return (flow[q + y0 * w + x0]! * (1 - fx) + flow[q + y0 * w + x1]! * fx) * (1 - fy) + (flow[q + y1 * w + x0]! * (1 - fx) + flow[q + y1 * w + x1]! * fx) * fy;
  };
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    let mx = x, my = y;
    for (let i = 0; i < iterations; i++) { const u = at(2, mx, my), v = at(3, mx, my); mx = x - u; my = y - v; }
    out[y * w + x] = mx + at(0, mx, my) - x;
    out[a + y * w + x] = my + at(1, mx, my) - y;
  }
  return out;
}
function upscale(f: Float32Array, w: number, h: number, k: number) {
  const W = w * k, H = h * k, n = f.length / (w * h); const o = new Float32Array(n * W * H);
  for (let c = 0; c < n; c++) for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) {
    const sx = Math.min(w - 1, Math.max(0, (x + 0.5) / k - 0.5)), sy = Math.min(h - 1, Math.max(0, (y + 0.5) / k - 0.5));
    const x0 = Math.floor(sx), y0 = Math.floor(sy), x1 = Math.min(w - 1, x0 + 1), y1 = Math.min(h - 1, y0 + 1), fx = sx - x0, fy = sy - y0, q = c * w * h;
    o[c * W * H + y * W + x] = k * ((f[q + y0 * w + x0]! * (1 - fx) + f[q + y0 * w + x1]! * fx) * (1 - fy) + (f[q + y1 * w + x0]! * (1 - fx) + f[q + y1 * w + x1]! * fx) * fy);
  }
  return o;
}
const mad = (a: Float32Array, b: Float32Array) => { let s = 0; for (let i = 0; i < a.length; i++) s += Math.abs(a[i]! - b[i]!); return (s / a.length) * 255; };
test('x', { timeout: 300000 }, async () => {
  const lib = path.join(ROOT, '.cache/test-home/models');
  const rec = JSON.parse(readFileSync(path.join(lib, 'installed/rife-4.25.json'), 'utf8'));
  console.log(JSON.stringify(rec).slice(0, 600));
  const blob = path.join(lib, 'blobs', rec.blob ?? rec.sha256 ?? '');
  const file = process.env.RIFE ?? blob;
  const s = await ort.InferenceSession.create(file, { intraOpNumThreads: 2 });
  for (const [name, from, w, h] of [['bikes.mp4', 5, 640, 256], ['bikes.mp4', 5, 320, 128], ['bigbuckbunny.mp4', 70, 640, 384], ['bigbuckbunny.mp4', 70, 320, 192], ['carphone_pristine.mp4', 10, 192, 128]] as const) {
    const f = await frames(name, from, 3, w, h);
    const a = w * h;
    console.log(name, w, h, 'still', mad(f[0]!, f[1]!));

    for (const k of [1, 2, 4]) {
      if (w / k % 64 || h / k % 64) continue;
      const g = await frames(name, from, 3, w / k, h / k);
      const b = performance.now();
      const r = await s.run({ frame0: new ort.Tensor('float32', g[0]!, [1, 3, h / k, w / k]), frame1: new ort.Tensor('float32', g[1]!, [1, 3, h / k, w / k]), timestep: new ort.Tensor('float32', Float32Array.of(0.5), [1, 1, 1, 1]) });
      const ms = performance.now() - b;
      const flow = r.flow!.data as Float32Array;
      const mask = r.mask!.data as Float32Array;
      let m = 0, lo = 0; for (const v of mask) { m += v; if (v < 0.2) lo++; }
      for (const it of [0, 1, 2, 3]) {
        const fl = back(flow, w / k, h / k, it);
        console.log('1/' + k, it, 'warp err', mad(warp(f[0]!, upscale(fl, w / k, h / k, k), w, h), f[1]!).toFixed(3), 'mask', (m / mask.length).toFixed(2), (lo / mask.length).toFixed(3), ms.toFixed(0), 'ms');
      }
    }
  }
});
