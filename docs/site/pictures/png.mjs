// Small PNG files: at most 256 colours, which pictures of screens hardly need.

import zlib from 'node:zlib';

const CRC = new Uint32Array(256).map((_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function chunk(name, payload) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), payload]);
  let sum = 0xffffffff;
  for (const byte of body) sum = CRC[(sum ^ byte) & 255] ^ (sum >>> 8);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(payload.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((sum ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

/** The most frequent colours, each the mean of those that share their five highest bits. */
function palette(pixels) {
  const found = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    const key = ((pixels[at] >> 3) << 10) | ((pixels[at + 1] >> 3) << 5) | (pixels[at + 2] >> 3);
    const sum = found.get(key) ?? [0, 0, 0, 0];
    for (let part = 0; part < 3; part++) sum[part] += pixels[at + part];
    sum[3] += 1;
    found.set(key, sum);
  }
  const most = [...found.values()].sort((a, b) => b[3] - a[3]).slice(0, 256);
  return most.map(([red, green, blue, count]) => [red, green, blue].map((part) => Math.round(part / count)));
}

/** Returns the PNG file of RGBA pixels. */
export function png(pixels, width, height) {
  const colours = palette(pixels);
  const nearest = new Map();
  const indexOf = (red, green, blue) => {
    const key = (red << 16) | (green << 8) | blue;
    if (!nearest.has(key)) {
      const distance = ([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
      let best = 0;
      for (let n = 1; n < colours.length; n++) if (distance(colours[n]) < distance(colours[best])) best = n;
      nearest.set(key, best);
    }
    return nearest.get(key);
  };
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      rows[y * (width + 1) + 1 + x] = indexOf(pixels[at], pixels[at + 1], pixels[at + 2]);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(colours.flat())),
    chunk('IDAT', zlib.deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
