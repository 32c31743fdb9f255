// Reads one film: decode → grey → resize → network → decision.

import type { Bundle } from "../engine/bundle.ts";
import type { Engine } from "../engine/engine.ts";
import { convert } from "../image/convert.ts";
import { decode, type Decoders } from "../image/decode.ts";
import type { HeatMap, Picture } from "../shared/protocol.ts";
import { ReadingError, type Finding, type Reason } from "../shared/reading.ts";
import { decide, indeterminateZoneOf, operatingPointOf, thresholdOf, zoneOf } from "./decide.ts";

/**
 * Reads a film. A film that cannot be read is a finding as well; throws only when `signal` aborts.
 *
 * `anyway` reads what would be refused.
 */
export async function read(
  bundle: Bundle, engine: Engine, picture: Picture, decoders: Decoders, anyway: boolean, signal: AbortSignal,
): Promise<Finding> {
  const started = performance.now();
  const indeterminate = indeterminateZoneOf(bundle.metadata);
  const common = {
    operating_point: operatingPointOf(bundle.metadata), threshold: thresholdOf(bundle.metadata),
    indeterminate_zone: indeterminate, overridden: false, backend: engine.backend, model: bundle.metadata.name,
  };
  const unread = (status: "refused" | "error", reason: Reason): Finding => ({
    ...common, status, reason, seen: "", label: null, probability: null, zone: null, probabilities: [], logit: [], ood_score: null,
    width: null, height: null, frames: null, milliseconds: performance.now() - started,
  });
  try {
    const film = await decode(picture, decoders);
    signal.throwIfAborted();
    const { width, height, frames, concern } = film;
    if (concern !== null && !anyway) {
      return { ...unread("refused", concern.reason), seen: concern.seen, width, height, frames };
    }
    const input = convert(film, bundle.metadata.image_converter);
    const { ood, class_names: names, positive_class: positive } = bundle.metadata;
    const outputs = ood === null ? (["logit", "probability"] as const) : (["logit", "probability", "ood_score"] as const);
    const values = await engine.run(input, 1, outputs);
    signal.throwIfAborted();
    const probability = Array.from(values.get("probability")!.data);
    const ofPositive = probability[names.indexOf(positive)]!;
    const score = values.get("ood_score")?.data[0] ?? null;
    const unlike = ood !== null && score !== null && !(score <= ood.threshold);
    const refused = unlike && !anyway;
    return {
      ...common,
      overridden: anyway && (unlike || concern !== null),
      status: refused ? "refused" : "done",
      reason: refused ? "not-a-chest-xray" : null,
      seen: "",
      label: decide(bundle.metadata, probability),
      probability: ofPositive,
      zone: indeterminate === null ? null : zoneOf(ofPositive, indeterminate),
      probabilities: names.map((class_name, index) => ({ class_name, probability: probability[index]! })),
      logit: Array.from(values.get("logit")!.data),
      ood_score: score,
      width,
      height,
      frames,
      milliseconds: performance.now() - started,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ReadingError)) console.error(error);
    return unread("error", error instanceof ReadingError ? error.reason : "engine-failed");
  }
}

/** The class activation of the positive class over the bundle's view of a film; null where there is none. */
export async function heatMap(
  bundle: Bundle, engine: Engine, picture: Picture, decoders: Decoders,
): Promise<HeatMap | null> {
  if (!engine.has("heatmap")) return null;
  const input = convert(await decode(picture, decoders), bundle.metadata.image_converter);
  const { data, shape } = (await engine.run(input, 1, ["heatmap"])).get("heatmap")!;
  return { values: data, height: shape[1]!, width: shape[2]! };
}
