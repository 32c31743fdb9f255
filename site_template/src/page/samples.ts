// The sample pictures that a site offers: files of its own, read as if the visitor had chosen them.

import { bytesOfBase64 } from "../shared/bytes.ts";
import type { Sample, Site } from "../shared/site.ts";

/** Calls `take` with the file of a sample that was chosen, and `lost` where it cannot be loaded. */
export function offerSamples({ samples }: Site, take: (file: File, sample: Sample) => void, lost: () => void): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-sample]")) {
    const number = Number(button.dataset["sample"]);
    const sample = samples[number]!;
    const image = button.querySelector("img");
    if (image !== null && sample.address === null) image.src = URL.createObjectURL(embedded(sample, number));
    button.addEventListener("click", () => void load(sample, number).then((file) => take(file, sample), lost));
  }
}

/** Shows what the samples are, once what reads them is there: their pictures are files of the site like the network, and it comes first. */
export function showSamples(): void {
  for (const image of document.querySelectorAll<HTMLImageElement>("img[data-src]")) image.src = image.dataset["src"]!;
}

/** With films they stand below the list, where the keyboard comes to them after it as well. */
export function placeSamples(belowFilms: boolean): void {
  const samples = document.querySelector(".samples");
  if (samples === null || samples.matches(".results ~ *") === belowFilms) return;
  const focused = samples.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  if (belowFilms) document.querySelector(".results")!.after(samples);
  else document.querySelector("#intake-status")!.before(samples);
  focused?.focus({ preventScroll: true });
}

async function load(sample: Sample, number: number): Promise<File> {
  if (sample.address === null) return embedded(sample, number);
  const answer = await fetch(sample.address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new File([await answer.arrayBuffer()], sample.name);
}

function embedded({ name }: Sample, number: number): File {
  const block = document.querySelector<HTMLScriptElement>(`script[data-path='samples/${number}']`)!;
  return new File([bytesOfBase64(block.text)], name);
}
