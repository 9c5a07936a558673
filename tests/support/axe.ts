/** Accessibility: no violation that axe-core knows of on the page as it is now. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly help: string; readonly nodes: readonly { readonly target: unknown }[] }[];
  readonly passes: readonly unknown[];
}

export async function expectNoViolations(page: Page): Promise<void> {
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  // What is fading in has too little contrast on the way.
  await page.evaluate(async () => {
    const finite = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(finite.map(async ({ finished }) => await finished));
  });
  const { violations, passes } = await page.evaluate(async () => await (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  expect(violations.map(({ id, help, nodes }) => ({ id, help, targets: nodes.map(({ target }) => target) }))).toEqual([]);
  expect(passes.length).toBeGreaterThan(5);
}
