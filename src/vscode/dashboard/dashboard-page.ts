/** The dashboard as HTML in the colours of the theme. Pure. Every text of a catalog is escaped. */

import { visibleText } from "../../base/visible-text.ts";
import type { ServerRow, ServerStatistics } from "../servers/servers.ts";
import { duration } from "../tree/server-presentation.ts";

export type Titles = Readonly<
  Record<
    "server" | "state" | "requests" | "errors" | "restarts" | "latency" | "last" | "running" | "uptime",
    string
  >
>;

const style = `
  body { font: var(--vscode-font-size) var(--vscode-font-family); padding: 1rem 1.5rem; }
  .figures { display: flex; gap: 2.5rem; margin: 0 0 1.5rem; }
  .figures b { display: block; font-size: 1.8rem; font-weight: 600; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--vscode-widget-border, #8884); }
  th { font-weight: 600; color: var(--vscode-descriptionForeground); }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
  .running { color: var(--vscode-testing-iconPassed); }
  .failed { color: var(--vscode-list-errorForeground); }
  .misconfigured, .waiting, .unhealthy { color: var(--vscode-list-warningForeground); }
  small { color: var(--vscode-descriptionForeground); }
`;

export function dashboardPage(rows: readonly ServerRow[], all: ServerStatistics, titles: Titles): string {
  const figures = [
    [`${all.active_servers} / ${all.total_servers}`, titles.running],
    [String(all.total_requests), titles.requests],
    [duration(all.uptime_seconds * 1000).replace(/^\d+s$/, "< 1m"), titles.uptime],
  ];
  return `<!DOCTYPE html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${style}</style></head><body>
<div class="figures">${figures.map(([value = "", name = ""]) => `<div><b>${escaped(value)}</b>${escaped(name)}</div>`).join("")}</div>
<table><thead><tr><th>${escaped(titles.server)}</th><th>${escaped(titles.state)}</th>${numbers("th", [
    titles.requests,
    titles.errors,
    titles.restarts,
    titles.latency,
  ])}<th>${escaped(titles.last)}</th></tr></thead>
<tbody>${rows.map((row) => rowOf(row, all.servers[row.id])).join("\n")}</tbody></table></body></html>`;
}

function rowOf(row: ServerRow, figures: ServerStatistics["servers"][string] | undefined): string {
  const { p50, p95, p99 } = figures?.latency_ms ?? {};
  const reasons = row.reason ? [row.reason, ...(row.last_output ?? [])] : [];
  const reason = reasons.map((line) => `<br><small>${escaped(line)}</small>`).join("");
  const cells = numbers("td", [
    String(row.request_count),
    String(figures?.error_count ?? 0),
    String(figures?.restarts ?? 0),
    row.request_count === 0 ? "" : [p50, p95, p99].join(" / "),
  ]);
  const last = row.last_activity?.replace("T", " ").replace(/\..*/, "") ?? "";
  return `<tr><td>${escaped(row.display_name)}${reason}</td><td class="${row.status}">${row.status}</td>${cells}<td>${escaped(last)}</td></tr>`;
}

function numbers(tag: "td" | "th", texts: readonly string[]): string {
  return texts.map((text) => `<${tag} class="number">${escaped(text)}</${tag}>`).join("");
}

function escaped(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
