// The report's results: figures three ways, the confusion matrix, calibration, a threshold of one's own, two models, subgroups.

import { Markup, table, tag, type Part } from "./html.ts";
import type { Texts } from "./texts.ts";
import type { Figures, OutputInput, Performance } from "./types.ts";

/** Of one key, so that the report stays short; the workbook has all. */
const MOST_GROUPS = 8;

interface Chapter {
  readonly title: string;
  readonly content: Part;
}

export function resultTables(input: OutputInput, texts: Texts, charts: Figures): Chapter[] {
  const { measured, own, comparison, subgroups } = input;
  const drawn = (svg: string): Markup => tag("figure", new Markup(svg));
  const hasCurve = measured.curve.length > 0;
  return [
    { title: texts.text("report-results"), content: [figuresTable(input, texts), matrixTable(input, texts), hasCurve ? tag("div", [drawn(charts.roc), drawn(charts.histogram)], 'class="pair"') : ""] },
    ...(measured.calibration === null ? [] : [
      { title: texts.text("report-calibration"), content: tag("div", [tag("div", calibrationTable(input, texts)), drawn(charts.reliability)], 'class="pair"') },
    ]),
    ...(own === null ? [] : [{ title: texts.text("report-own"), content: tag("p", ownSentence(input, texts)) }]),
    ...(comparison === null ? [] : [{ title: texts.text("report-compared"), content: comparisonTable(input, texts) }]),
    ...(subgroups.every(({ groups }) => groups.length < 2) ? [] : [{ title: texts.text("report-groups"), content: groupTables(input, texts) }]),
  ];
}

function figuresTable({ measured: { ways, withoutDoubtful, refusals } }: OutputInput, texts: Texts): Markup {
  const sets: [string, Performance][] = [
    [texts.text("report-left-out"), ways["left-out"]], [texts.text("report-as-positive"), ways.positive], [texts.text("report-as-wrong"), ways.wrong],
  ];
  const hasRefused = refusals.byReason.length > 0;
  const shown = [...(hasRefused ? sets : [[texts.text("report-all-read"), ways["left-out"]] as [string, Performance]]), ...(withoutDoubtful === null ? [] : [[texts.text("report-sure"), withoutDoubtful] as [string, Performance]])];
  const row = (name: string, of: (figures: Performance) => string): Part[] => [name, ...shown.map(([, figures]) => of(figures))];
  const rows = [
    row(texts.text("report-n"), ({ n, positive }) => `${texts.number(n)} (${texts.number(positive)})`),
    row(texts.text("report-auroc"), ({ auroc }) => texts.figure(auroc)),
    row(texts.text("report-average-precision"), ({ averagePrecision }) => texts.figure(averagePrecision)),
    row(texts.text("report-sensitivity"), ({ sensitivity }) => texts.share(sensitivity)),
    row(texts.text("report-specificity"), ({ specificity }) => texts.share(specificity)),
    row(texts.text("report-accuracy"), ({ accuracy }) => texts.share(accuracy)),
    row(texts.text("report-ppv"), ({ ppv }) => texts.share(ppv)),
    row(texts.text("report-npv"), ({ npv }) => texts.share(npv)),
  ];
  const refused = hasRefused ? tag("p", texts.text("report-refused", { value: texts.share(refusals.rate) })) : "";
  return tag("div", [table(["", ...shown.map(([name]) => name)], rows), refused]);
}

/** What films are, by what they were read as. */
function matrixTable({ about: { classes }, measured: { ways: { "left-out": { matrix } }, refusals } }: OutputInput, texts: Texts): Markup {
  const refusedOf = (label: "positive" | "others"): number => refusals.byReason.reduce((sum, one) => sum + one[label], 0);
  const { truePositives, falseNegatives, falsePositives, trueNegatives } = matrix;
  const row = (name: string, counts: readonly number[]): string[] => [name, ...counts.map((count) => texts.number(count))];
  return table([texts.text("report-matrix"), texts.text("measure-read-positive"), texts.text("measure-read-other"), texts.text("report-not-read")], [
    row(classes.positive, [truePositives, falseNegatives, refusedOf("positive")]),
    row(classes.others, [falsePositives, trueNegatives, refusedOf("others")]),
  ], 'class="matrix"');
}

function calibrationTable({ measured: { calibration } }: OutputInput, texts: Texts): Part {
  if (calibration === null) return "";
  const { now, ece, inTheLarge, slope, own } = calibration;
  const number = (value: number): string => texts.number(value, 3);
  const wouldBe = own?.wouldBe;
  const rows: Part[][] = [
    [texts.text("report-ece"), texts.figure(ece), ...(wouldBe ? [number(wouldBe.ece)] : [])],
    [texts.text("report-log-loss"), number(now.logLoss), ...(wouldBe ? [number(wouldBe.logLoss)] : [])],
    [texts.text("report-brier"), number(now.brier), ...(wouldBe ? [number(wouldBe.brier)] : [])],
    [texts.text("report-in-the-large"), texts.figure(inTheLarge), ...(wouldBe ? ["–"] : [])],
    [texts.text("report-slope"), texts.figure(slope), ...(wouldBe ? ["–"] : [])],
  ];
  const said = own === null ? "" : tag("p", texts.text("report-would-be-said", { width: number(own.temperature), level: number(own.offset), n: own.folds }));
  return [table(["", texts.text("report-now"), ...(own === null ? [] : [texts.text("report-would-be")])], rows), said];
}

function ownSentence({ own }: OutputInput, texts: Texts): string {
  const { wanted, threshold, sensitivity, specificity } = own!;
  return texts.text("report-own-said", {
    value: texts.percent(wanted), threshold: texts.percent(threshold), sensitivity: texts.share(sensitivity.corrected), specificity: texts.share(specificity.corrected),
  });
}

function comparisonTable({ about, comparison }: OutputInput, texts: Texts): Part {
  const { other, compared } = comparison!;
  const { auroc, aurocDifference, sensitivityDifference, specificityDifference, agreement, kappa, n } = compared;
  const rows = [
    [texts.text("report-films"), texts.number(n)],
    [`${texts.text("report-auroc")}, ${about.model.title}`, texts.figure(auroc[0])], [`${texts.text("report-auroc")}, ${other}`, texts.figure(auroc[1])],
    [texts.text("report-difference", { name: texts.text("report-auroc") }), texts.figure(aurocDifference)],
    [texts.text("report-difference", { name: texts.text("report-sensitivity") }), texts.figure(sensitivityDifference)],
    [texts.text("report-difference", { name: texts.text("report-specificity") }), texts.figure(specificityDifference)],
    [texts.text("report-agreement"), texts.share(agreement)], [texts.text("report-kappa"), texts.figure(kappa)],
  ];
  return table([], rows);
}

function groupTables({ subgroups }: OutputInput, texts: Texts): Part {
  const header = [texts.text("report-n"), texts.text("report-auroc"), texts.text("report-sensitivity"), texts.text("report-specificity"), texts.text("report-not-read")];
  return subgroups.filter(({ groups }) => groups.length > 1).map(({ title, groups }) => {
    const rows = groups.slice(0, MOST_GROUPS).map(({ value, measured: { films, tooFew, auroc, sensitivity, specificity, refusals, positive } }): Part[] => [
      value || "–", `${texts.number(films)} (${texts.number(positive)})${tooFew ? " *" : ""}`, texts.figure(auroc), texts.share(sensitivity), texts.share(specificity), texts.share(refusals.rate),
    ]);
    const more = groups.length - rows.length;
    return [
      table([title, ...header], rows),
      groups.some(({ measured }) => measured.tooFew) ? tag("p", `* ${texts.text("report-limit-few")}`, 'class="note"') : "",
      more > 0 ? tag("p", texts.text("report-more", { n: more }), 'class="note"') : "",
    ];
  });
}
