// Percentages: how precisely they are written, and how those of a film add up to exactly 100 as they are displayed.

/** Of every percentage that people read: scores, thresholds, shares and intervals. Python: plainfilm/percent.py. */
export const DECIMALS = 1;

const PARTS = 1000;

/**
 * Probabilities, which add up to one, as percentages with one decimal: largest remainders are rounded up.
 *
 * Returned in tenths of a percent, whole numbers whose sum is 1000.
 */
export function tenthsOfPercent(probabilities: readonly number[]): number[] {
  const total = probabilities.reduce((sum, probability) => sum + probability, 0);
  const exact = probabilities.map((probability) => (probability / total) * PARTS);
  const tenths = exact.map(Math.floor);
  const missing = PARTS - tenths.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((value, index) => ({ index, remainder: value - tenths[index]! }));
  byRemainder.sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder.slice(0, missing)) tenths[index]! += 1;
  return tenths;
}
