import assert from "node:assert/strict";
import { test } from "node:test";
import { counter, gauge, Histogram, histogram } from "../../../src/base/prometheus.ts";

test("a metric has its help, its type, and a line for each value", () => {
  assert.equal(
    counter({ name: "calls_total", help: "Calls." }, [
      { labels: { server: "a", kind: "b" }, value: 2 },
      { labels: { server: "c" }, value: 0.5 },
    ]),
    '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{server="a",kind="b"} 2\ncalls_total{server="c"} 0.5\n',
  );
  assert.equal(
    gauge({ name: "depth", help: "Depth." }, [{ value: 3 }]),
    "# HELP depth Depth.\n# TYPE depth gauge\ndepth 3\n",
  );
  assert.equal(gauge({ name: "none", help: "None." }, []), "# HELP none None.\n# TYPE none gauge\n");
});

test("backslashes, quotes and line breaks are escaped in label values, and quotes are not in the help", () => {
  const text = gauge({ name: "x", help: 'a \\ "b"\nc' }, [{ labels: { path: 'C:\\n "d"\n\\' }, value: 1 }]);
  assert.deepEqual(text.split("\n"), [
    '# HELP x a \\\\ "b"\\nc',
    "# TYPE x gauge",
    'x{path="C:\\\\n \\"d\\"\\n\\\\"} 1',
    "",
  ]);
});

test("numbers that are not finite have the names of the format", () => {
  const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e21];
  const lines = gauge(
    { name: "x", help: "X." },
    values.map((value) => ({ value })),
  );
  assert.deepEqual(lines.split("\n").slice(2, -1), ["x +Inf", "x -Inf", "x NaN", "x 1e+21"]);
});

test("a histogram has cumulative buckets, a sum and a count", () => {
  const durations = new Histogram([0.1, 1]);
  for (const seconds of [0.1, 0.5, 0.5, 2]) durations.observe(seconds);
  const text = histogram({ name: "d", help: "D." }, [{ labels: { server: "a" }, histogram: durations }]);
  assert.deepEqual(text.split("\n"), [
    "# HELP d D.",
    "# TYPE d histogram",
    'd_bucket{server="a",le="0.1"} 1',
    'd_bucket{server="a",le="1"} 3',
    'd_bucket{server="a",le="+Inf"} 4',
    'd_sum{server="a"} 3.1',
    'd_count{server="a"} 4',
    "",
  ]);
});
