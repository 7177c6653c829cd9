import { type Lab, type LabOptions, openLab } from './lab.ts';

/** WebGL drawn in software: a headless browser has no graphics card. The page around it is composed without GL, which costs far less. */
export const SOFTWARE_GL: readonly string[] = ['--enable-unsafe-swiftshader'];

/** A lab for all tests of a block: opened in `beforeAll`, closed in `afterAll`. */
export async function openSharedLab(
  options: Omit<LabOptions, 'onEnd'>,
): Promise<{ readonly lab: Lab; readonly close: () => Promise<void> }> {
  let close: () => Promise<void> = async () => undefined;
  const lab = await openLab({
    ...options,
    onEnd: (end) => {
      close = end;
    },
  });
  return { lab, close: () => close() };
}
