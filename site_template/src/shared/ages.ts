// Whose film it is by an age.

/** Whose films are of patients of such ages, in years: from one, and below the other. */
export interface PopulationAges {
  readonly name: string;
  readonly ages?: { readonly from?: number; readonly to?: number } | null;
}

/** The population of an age in years; empty where it is in none, null where no population has ages. */
export function populationOfAge(age: number, populations: readonly PopulationAges[]): string | null {
  if (populations.every(({ ages }) => ages == null)) return null;
  return populations.find(({ ages }) => ages != null && age >= (ages.from ?? 0) && age < (ages.to ?? Infinity))?.name ?? "";
}
