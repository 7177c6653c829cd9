import { BLEND_S, FLAGS, SHAPES } from './entity-rows.ts';

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 place;
layout(location = 2) in vec4 motion;
layout(location = 3) in vec4 look;
layout(location = 4) in vec4 limits;
layout(location = 5) in vec4 offset;
uniform vec2 scale;
uniform vec4 centre;
uniform vec2 viewport;
uniform float now;
uniform float world;
uniform float prediction;
uniform float chosen;
uniform float sizePx;
uniform vec3 kinds[${SHAPES.length}];
uniform vec3 alarm;
uniform vec3 chosenInk;
out vec2 at;
out float shape;
out vec4 colour;
out float hollow;
out float ring;
void main() {
  int flags = int(limits.z);
  bool kept = (flags & ${FLAGS.kept}) != 0;
  float age = now - look.z;
  bool gone = look.y < -0.5 || (!kept && ((flags & ${FLAGS.hidden}) != 0 || age > limits.y));
  if (gone) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  bool stale = age > limits.x;
  float dt = prediction * (stale ? motion.w : clamp(now - motion.z, 0.0, motion.w));
  float left = prediction * (1.0 - clamp((now - offset.z) / ${BLEND_S.toFixed(1)}, 0.0, 1.0));
  vec2 middle = (place.xy - centre.xy) + (place.zw - centre.zw) + dt * motion.xy + left * offset.xy + vec2(world, 0.0);
  gl_Position = vec4(middle * scale, 0.0, 1.0);
  bool isChosen = float(gl_InstanceID) == chosen;
  float size = sizePx * (isChosen ? 1.6 : 1.0) * ((flags & ${FLAGS.emergency}) != 0 ? 1.5 : 1.0);
  float turn = look.x;
  mat2 spin = mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
  vec2 corners = look.y < 1.5 ? spin * corner : corner;
  gl_Position.xy += corners * vec2(1.0, -1.0) * size / viewport * 2.0;
  at = corner;
  shape = look.y;
  vec3 ink = kinds[int(look.y)];
  // Aircraft by height, low ones warm and dark, high ones cool and bright: read in grey as well.
  if (look.y < 0.5 && limits.w >= 0.0) ink = mix(ink * vec3(1.0, 0.72, 0.45), ink, smoothstep(0.0, 0.8, limits.w));
  if ((flags & ${FLAGS.emergency}) != 0) ink = alarm;
  if (isChosen) ink = chosenInk;
  colour = vec4(ink, stale ? 0.75 : age > look.w ? 0.6 : 1.0);
  hollow = stale ? 1.0 : 0.0;
  ring = isChosen || (flags & ${FLAGS.emergency}) != 0 ? 1.0 : 0.0;
}`;

/** Signed distances in a square of −1 … 1; up is forward. Below 0 is inside. */
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
in float shape;
in vec4 colour;
in float hollow;
in float ring;
uniform vec3 background;
out vec4 result;
float box(vec2 p, vec2 half_) { vec2 d = abs(p) - half_; return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0); }
float wedge(vec2 p, float wide) { return max(abs(p.x) - wide * (0.75 + p.y) * 0.55, -p.y - 0.75) * 0.8; }
void main() {
  vec2 p = vec2(at.x, -at.y);
  float d;
  if (shape < 0.5) {
    // An aircraft: body, wings swept back, tail.
    float body = box(p, vec2(0.09, 0.62));
    float wings = max(abs(p.y + 0.02 + abs(p.x) * 0.45) - 0.12, abs(p.x) - 0.62);
    float tail = max(abs(p.y + 0.5 + abs(p.x) * 0.4) - 0.08, abs(p.x) - 0.28);
    d = min(body, min(wings, tail));
  } else if (shape < 1.5) {
    // A vessel: a hull with a bow.
    d = max(box(p + vec2(0.0, 0.1), vec2(0.3, 0.55)), abs(p.x) + (p.y - 0.05) * 0.75 - 0.42);
  } else if (shape < 2.5) {
    // A satellite: body and two panels.
    d = min(box(p, vec2(0.17, 0.22)), max(abs(p.y) - 0.13, abs(abs(p.x) - 0.48) - 0.2));
  } else if (shape < 3.5) {
    d = abs(length(p) - 0.42) - 0.13;
  } else if (shape < 4.5) {
    d = box(p, vec2(0.38));
  } else if (shape < 5.5) {
    d = length(p) - 0.26;
  } else {
    d = abs(p.x) + abs(p.y) - 0.52;
  }
  float soft = fwidth(d) + 0.001;
  float inside = 1.0 - smoothstep(-soft, soft, d);
  float edge = 1.0 - smoothstep(0.05, 0.05 + soft, abs(d) - 0.02);
  float halo = 1.0 - smoothstep(0.10, 0.10 + soft, d);
  float fill = mix(inside, edge, hollow);
  float circle = ring * (1.0 - smoothstep(0.03, 0.03 + fwidth(length(p)), abs(length(p) - 0.9)));
  float alpha = max(fill, circle);
  vec3 ink = mix(background, colour.rgb, max(alpha, 0.0));
  float cover = max(alpha * colour.a, halo * 0.55 * (1.0 - hollow));
  if (cover < 0.02) discard;
  result = vec4(ink * cover, cover);
}`;

/** The program that carries entities on and draws their shapes. Throws when this card cannot. */
export function linkShaders(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error('the graphics card gives no shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
      throw new Error(`a shader does not compile: ${gl.getShaderInfoLog(shader)}`);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`the shaders do not fit together: ${gl.getProgramInfoLog(program)}`);
  return program;
}
