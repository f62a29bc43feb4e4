// The crimes as points. WebGL2 draws them where it is there, a 2D canvas where
// it is not. Above 50,000 points a still view shows how dense they lie, for
// points would cover each other to flat blocks; a moving one shows a sample.
import {palette} from "./format.js";

export const many = 50_000;
const sample = 20_000;

const vertexShader = `#version 300 es
in vec2 p, c; // c: cluster and color
uniform vec2 middle, scale; uniform float size, lit;
uniform vec3 colors[8];
out vec4 color;
void main() {
  gl_Position = vec4((p - middle) * scale, 0., 1.);
  bool on = lit < 0. || lit == c.x;
  gl_PointSize = on ? size : size * .8;
  color = vec4(colors[int(c.y)], on ? .72 : .12);
}`;
const fragmentShader = `#version 300 es
precision mediump float;
in vec4 color; out vec4 o;
void main() {
  float d = length(gl_PointCoord - .5);
  float a = color.a * (1. - smoothstep(.38, .5, d));
  o = vec4(color.rgb * a, a);
}`;

const rgb = palette.map(c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16)));

export class Points {
  constructor(canvas, flat) { // flat: a second canvas, for what is drawn without WebGL
    this.canvas = canvas;
    this.flat = flat;
    this.data = null;
    this.highlighted = -1; // cluster that is brought out, -1 for all alike
    this.colorOf = n => n; // which color a cluster has
    try {
      this.gl = canvas.getContext("webgl2", {antialias: false, premultipliedAlpha: true, powerPreference: "low-power"});
    } catch {
      this.gl = null;
    }
    if (this.gl) this.prepare();
    canvas.addEventListener("webglcontextlost", e => { e.preventDefault(); this.gl = null; this.onlost?.(); });
  }

  prepare() {
    const gl = this.gl, program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader]]) {
      const s = gl.createShader(type);
      gl.shaderSource(s, source);
      gl.compileShader(s);
      gl.attachShader(program, s);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) { this.gl = null; return; }
    gl.useProgram(program);
    this.at = Object.fromEntries(["middle", "scale", "size", "lit", "colors"].map(n => [n, gl.getUniformLocation(program, n)]));
    gl.uniform3fv(this.at.colors, rgb.flat().map(v => v / 255));
    const buffer = (name, size) => {
      const b = gl.createBuffer(), at = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, b);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, 0, 0);
      return b;
    };
    this.places = buffer("p", 2);
    this.clusters = buffer("c", 2);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  // set takes the points to draw, and which color each cluster has. The graphics memory gets them in a shuffled
  // order, so that the first m of them are a fair sample.
  set(data, colorOf) {
    this.data = data;
    this.colorOf = colorOf;
    const n = data ? data.n : 0, order = new Uint32Array(n);
    for (let i = 0, s = 1; i < n; i++) { // Fisher and Yates, with a fixed seed
      s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
      const j = s % (i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    this.order = order;
    if (!this.gl) return;
    const p = new Float32Array(2 * n), c = new Float32Array(2 * n);
    for (let i = 0; i < n; i++) {
      p[2 * i] = data.x[order[i]];
      p[2 * i + 1] = data.y[order[i]];
      c[2 * i] = data.cluster[order[i]];
      c[2 * i + 1] = this.hue(c[2 * i]);
    }
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.places);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, p, this.gl.STATIC_DRAW);
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.clusters);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, c, this.gl.STATIC_DRAW);
  }

  hue(cluster) { return this.colorOf(cluster) % palette.length; }

  draw(view, width, height, ratio, moving, night) {
    const n = this.data ? this.data.n : 0, dense = n > many;
    const context = this.flat.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.flat.width, this.flat.height);
    const shown = dense ? (moving ? sample : 0) : n;
    const size = Math.max(3, Math.min(7, 2.4 + view.scale / 28));
    if (this.gl) this.glDraw(view, width, height, ratio, shown, size);
    else if (shown) this.flatDraw(context, view, width, height, ratio, shown, size);
    if (dense && !moving) this.density(context, view, width, height, ratio, night);
  }

  glDraw(view, width, height, ratio, shown, size) {
    const gl = this.gl;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!shown) return;
    gl.uniform2f(this.at.middle, view.x, view.y);
    gl.uniform2f(this.at.scale, 2 * view.scale / width, 2 * view.scale / height);
    gl.uniform1f(this.at.size, size * ratio);
    gl.uniform1f(this.at.lit, this.highlighted);
    gl.drawArrays(gl.POINTS, 0, shown);
  }

  flatDraw(context, view, width, height, ratio, shown, size) {
    const d = this.data, s = size * 0.85, left = width / 2 - view.x * view.scale, top = height / 2 + view.y * view.scale;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const byColor = palette.map(() => []);
    for (let j = 0; j < shown; j++) byColor[this.hue(d.cluster[this.order[j]])].push(this.order[j]);
    byColor.forEach((list, c) => {
      context.fillStyle = palette[c];
      for (const i of list) {
        const x = left + d.x[i] * view.scale, y = top - d.y[i] * view.scale;
        if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
        context.globalAlpha = this.highlighted < 0 || this.highlighted === d.cluster[i] ? 0.72 : 0.1;
        context.fillRect(x - s / 2, y - s / 2, s, s);
      }
    });
    context.globalAlpha = 1;
  }

  // density counts the points in cells of 3 pixels. A cell has the color of the
  // cluster that most of its points are of, the stronger the more there are,
  // by the logarithm: darker by day, brighter by night.
  density(context, view, width, height, ratio, night) {
    const cell = 3, w = Math.ceil(width / cell), h = Math.ceil(height / cell), d = this.data;
    const counts = new Uint32Array(w * h), who = new Uint16Array(w * h), votes = new Int32Array(w * h);
    const left = width / 2 - view.x * view.scale, top = height / 2 + view.y * view.scale;
    for (let i = 0; i < d.n; i++) {
      const x = (left + d.x[i] * view.scale) / cell, y = (top - d.y[i] * view.scale) / cell;
      if (x < 0 || y < 0 || x >= w || y >= h) continue;
      const at = (y | 0) * w + (x | 0), c = d.cluster[i];
      counts[at]++;
      if (votes[at] === 0) { who[at] = c; votes[at] = 1; } else votes[at] += who[at] === c ? 1 : -1; // Boyer and Moore
    }
    const filled = counts.filter(v => v > 0).sort();
    const full = Math.log1p(filled.length ? filled[Math.floor(0.995 * (filled.length - 1))] : 1);
    const image = new ImageData(w, h);
    for (let at = 0; at < counts.length; at++) {
      if (!counts[at]) continue;
      const color = rgb[this.hue(who[at])], strong = Math.min(1, Math.log1p(counts[at]) / full);
      const beyond = Math.max(0, strong - 0.55) / 0.45; // toward black, or white
      for (let j = 0; j < 3; j++) image.data[4 * at + j] = night ? color[j] + (255 - color[j]) * 0.75 * beyond : color[j] * (1 - 0.5 * beyond);
      image.data[4 * at + 3] = (this.highlighted < 0 || this.highlighted === who[at] ? 1 : 0.15) * (30 + 225 * strong * strong);
    }
    const small = new OffscreenCanvas(w, h);
    small.getContext("2d").putImageData(image, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(small, 0, 0, w * cell, h * cell);
  }

  // nearest is the index of the point within so many pixels, -1 for none.
  nearest(view, x, y, pixels) {
    const d = this.data;
    let best = -1, least = (pixels / view.scale) ** 2;
    for (let i = 0; d && i < d.n; i++) {
      const sq = (d.x[i] - x) ** 2 + (d.y[i] - y) ** 2;
      if (sq < least) { least = sq; best = i; }
    }
    return best;
  }
}
