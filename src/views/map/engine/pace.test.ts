import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWithoutCard, paceOf } from './pace.ts';

test('reports are drawn 30 times a second, and 8 without a card; what only goes on, as it moves', () => {
  expect(paceOf(1e-5, true, false)).toBe(33);
  expect(paceOf(1e-5, true, true)).toBe(125);
  // The whole world on a screen: nothing moves a quarter of a pixel in half a second.
  expect(paceOf(1e-5, false, false)).toBe(500);
  // An aircraft over streets.
  expect(paceOf(0.1, false, false)).toBe(33);
});

test('whatever the scale, the map is never still and never busy for nothing', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true }), fc.boolean(), fc.boolean(), (scale, isNews, withoutCard) => {
      const ms = paceOf(scale, isNews, withoutCard);
      expect(ms).toBeGreaterThanOrEqual(33);
      expect(ms).toBeLessThanOrEqual(500);
    }),
  );
});

test.for([
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)', true],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
  ['ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)', true],
  ['ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)', false],
  ['Mali-G78', false],
] as const)('%s: %s', ([name, expected]) => {
  const says = { UNMASKED_RENDERER_WEBGL: 0x9246 };
  const gl = { getExtension: () => says, getParameter: () => name } as unknown as WebGL2RenderingContext;
  expect(isWithoutCard(gl)).toBe(expected);
  expect(isWithoutCard({ getExtension: () => null } as unknown as WebGL2RenderingContext)).toBe(false);
  expect(isWithoutCard(null)).toBe(false);
});
