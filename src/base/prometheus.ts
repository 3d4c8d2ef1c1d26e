/** Prometheus text format, version 0.0.4: metrics and histograms. */

export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string>>;

interface MetricHead {
  readonly name: string;
  readonly help: string;
}

/** One value of a metric. Without labels, the metric has only one value. */
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

export interface HistogramSample {
  readonly labels?: Labels;
  readonly histogram: Histogram;
}

/** Counts durations by upper bounds. */
export class Histogram {
  /** Upper bounds in seconds, ascending. */
  readonly bounds: readonly number[];
  sumSeconds = 0;
  /** Number of durations per bound, not cumulative. The last number is for durations above all bounds. */
  readonly #counts: number[];

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(seconds: number): void {
    this.sumSeconds += seconds;
    const index = this.bounds.findIndex((bound) => seconds <= bound);
    const slot = index < 0 ? this.bounds.length : index;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** Number of durations up to each bound, and in total as the last number. */
  cumulativeCounts(): number[] {
    let total = 0;
    return this.#counts.map((count) => {
      total += count;
      return total;
    });
  }
}

export function counter(metric: MetricHead, samples: readonly Sample[]): string {
  return head(metric, "counter") + lines(metric.name, samples);
}

export function gauge(metric: MetricHead, samples: readonly Sample[]): string {
  return head(metric, "gauge") + lines(metric.name, samples);
}

export function histogram(metric: MetricHead, samples: readonly HistogramSample[]): string {
  return head(metric, "histogram") + samples.map((sample) => histogramLines(metric.name, sample)).join("");
}

function histogramLines(name: string, { labels = {}, histogram }: HistogramSample): string {
  const bounds = [...histogram.bounds, Number.POSITIVE_INFINITY];
  const counts = histogram.cumulativeCounts();
  const buckets = bounds.map((bound, index) => ({
    labels: { ...labels, le: numberText(bound) },
    value: counts[index] ?? 0,
  }));
  return [
    lines(`${name}_bucket`, buckets),
    lines(`${name}_sum`, [{ labels, value: histogram.sumSeconds }]),
    lines(`${name}_count`, [{ labels, value: counts.at(-1) ?? 0 }]),
  ].join("");
}

function head({ name, help }: MetricHead, type: string): string {
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`;
}

function lines(name: string, samples: readonly Sample[]): string {
  return samples
    .map(({ labels = {}, value }) => `${name}${labelText(labels)} ${numberText(value)}\n`)
    .join("");
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** The format writes infinity as `+Inf` and `-Inf`. */
function numberText(value: number): string {
  return String(value)
    .replace(/^Infinity$/, "+Inf")
    .replace(/^-Infinity$/, "-Inf");
}
