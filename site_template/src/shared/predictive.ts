// What a reading is worth where the disease is more or less common: predictive values by Bayes' rule.

import type { Measured, Share } from "./site.ts";

export interface PredictiveValues {
  /** Of the films read as positive, the share that is. Null where no film would be read so. */
  readonly ppv: Share | null;
  /** Of the other films, the share that is not. */
  readonly npv: Share | null;
}

/**
 * `prevalence` is a share, 0–1.
 *
 * Both values grow with sensitivity and with specificity, so their intervals go from both lower ends to both upper ones:
 * wider than 95 %, for it takes both to be off the same way at once.
 */
export function predictiveValues(prevalence: number, { sensitivity, specificity }: Measured): PredictiveValues {
  const of = (formula: (sensitivity: number, specificity: number) => number): Share | null => {
    const value = formula(sensitivity.value, specificity.value);
    if (Number.isNaN(value)) return null;
    const end = (which: "low" | "high"): number | null => {
      const [a, b] = [sensitivity[which], specificity[which]];
      if (a === null || b === null) return null;
      const at = formula(a, b);
      return Number.isNaN(at) ? null : at;
    };
    return { value, low: end("low"), high: end("high") };
  };
  const ill = prevalence;
  const well = 1 - prevalence;
  return {
    ppv: of((se, sp) => (se * ill) / (se * ill + (1 - sp) * well)),
    npv: of((se, sp) => (sp * well) / (sp * well + (1 - se) * ill)),
  };
}
