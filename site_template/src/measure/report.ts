// The printed report: two pages in the order of STARD 2015 (doi 10.1136/bmj.h5527) and CLAIM 2024 (doi 10.1148/ryai.240300).

import { chartsOf, CHART_STYLE } from "./drawings.ts";
import { escaped, facts, tag, written, type Markup, type Part } from "./html.ts";
import { STYLE } from "./report_style.ts";
import { resultTables } from "./report_tables.ts";
import { Texts } from "./texts.ts";
import type { OutputInput } from "./types.ts";

/** A whole HTML document, which loads nothing. */
export function reportOf(input: OutputInput): string {
  const { about, measured } = input;
  const texts = new Texts(about);
  const title = texts.text("report-title", { model: about.model.title, n: measured.films });
  const direction = texts.fromRight ? ' dir="rtl"' : "";
  const body = [
    tag("h1", title),
    tag("p", [tag("strong", about.warning), ` ${about.site} · Plainfilm ${about.version} · ${texts.day(about.date)}`], 'class="origin"'),
    tag("p", summaryOf(input, texts), 'class="summary"'),
    section(texts.text("report-index"), indexTest(input, texts)),
    section(texts.text("report-films"), flowOf(input, texts)),
    section(texts.text("report-reference"), tag("p", about.reference || texts.text("report-reference-none"))),
    section(texts.text("report-methods"), tag("p", methodsOf(input, texts))),
    ...resultTables(input, texts, chartsOf(input)).map(({ title: named, content }) => section(named, content)),
    section(texts.text("report-limits"), tag("ul", limitsOf(input, texts).map((limit) => tag("li", limit)))),
  ];
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}${CHART_STYLE}</style>`;
  return `<!doctype html>\n<html lang="${escaped(about.language)}"${direction}><head>${head}</head><body>${written(body)}</body></html>\n`;
}

function section(title: string, content: Part): Markup {
  return tag("section", [tag("h2", title), content]);
}

function summaryOf({ measured }: OutputInput, texts: Texts): Part {
  const { auroc, sensitivity, specificity, verdict } = measured;
  const verdictSaid = texts.known(`measure-verdict-${verdict}`);
  const values = { auroc: texts.figure(auroc), sensitivity: texts.share(sensitivity), specificity: texts.share(specificity) };
  return [auroc.value === null ? "" : `${texts.text("report-summary", values)} `, verdictSaid];
}

function indexTest({ about, measured }: OutputInput, texts: Texts): Markup {
  const { threshold } = measured.options;
  return facts([
    [texts.text("report-model"), `${about.model.title} (${about.model.name})`],
    [texts.text("report-fingerprint"), tag("code", about.model.sha256)],
    ...(about.population === null ? [] : [[texts.text("report-population"), about.population] as const]),
    [texts.text("threshold"), `${about.point === "" ? "" : `${about.point}, `}${texts.percent(threshold)}`],
    [texts.text("report-target"), `${about.classes.positive} / ${about.classes.others}`],
  ]);
}

/** The flow of films from what was given to what was counted. */
function flowOf({ about, measured }: OutputInput, texts: Texts): Markup {
  const { given } = about;
  const { ways: { "left-out": read }, refusals } = measured;
  const count = (key: string, n: number): Part => [tag("b", texts.number(n)), ` ${key}`];
  const out = (parts: readonly (readonly [string, number])[]): Markup =>
    tag("ul", parts.filter(([, n]) => n > 0).map(([words, n]) => tag("li", count(words, n))), 'class="out"');
  const left: [string, number][] = [
    [texts.text("report-unlabelled"), given.unlabelled], [texts.text("report-doubles"), given.doubles],
    [texts.text("report-contradictory"), given.contradictory], [texts.text("report-of-others"), given.others],
  ];
  const patients = measured.patients === null ? "" : ` · ${texts.text("report-patients")}: ${texts.number(measured.patients)}`;
  const doubtful = measured.doubtful === 0 ? "" : ` · ${texts.text("report-doubtful")}: ${texts.number(measured.doubtful)}`;
  const steps: [Part, Part][] = [
    [count(texts.text("report-given"), given.files), out(left)],
    [[count(texts.text("report-labelled"), measured.films), patients, doubtful], out(refusals.byReason.map(({ reason, count: n }) => [about.reasons[reason] ?? reason, n]))],
    [count(texts.text("report-read"), read.n), ""],
  ];
  const classes = tag("div", [
    tag("p", count(about.classes.positive, read.positive), 'class="box"'), tag("p", count(about.classes.others, read.others), 'class="box"'),
  ], 'class="ends"');
  return tag("div", [...steps.map(([box, beside]) => tag("div", [tag("p", box, 'class="box"'), beside], 'class="step"')), classes], 'class="flow"');
}

function methodsOf({ about, measured }: OutputInput, texts: Texts): string {
  const { options, ways } = measured;
  const all = Object.values(ways["left-out"]).some((one) => one !== null && typeof one === "object" && "method" in one && one.method === "bootstrap-patients");
  const by = { n: options.resamples, value: String(options.seed) };
  return [
    texts.text("report-positive-at", { label: about.classes.positive, threshold: texts.percent(options.threshold) }),
    all ? texts.text("report-by-patient", by) : texts.text("report-by-film", by),
    options.prevalence === null ? texts.text("report-at-their-share") : texts.text("report-at-share", { value: texts.percent(options.prevalence) }),
  ].join(" ");
}

function limitsOf({ measured, about }: OutputInput, texts: Texts): string[] {
  return [
    ...(measured.tooFew ? [texts.text("report-limit-few")] : []),
    texts.text("report-limit-labels"), texts.text("report-limit-here"), texts.text("report-limit-known"), texts.text("report-limit-refused"),
    about.warning,
  ];
}
