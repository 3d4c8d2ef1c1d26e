/** Parsers for the process listings of the system, and the selection of the rows of an instance. Pure. */

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Session id; 0 on macOS, which does not provide it. */
  readonly session: number;
  /** A zombie has only its exit code and counts as ended. */
  readonly zombie: boolean;
  /** Linux: clock ticks since boot. macOS: seconds since 1970. */
  readonly startTime: number;
  /** Value of the marker in its environment, if it has one. */
  readonly marker?: string;
}

/** Parses one /proc/<pid>/stat. The command in parentheses may itself contain parentheses and spaces. */
export function parseStat(stat: string): ProcessRow | undefined {
  const open = stat.indexOf("(");
  const close = stat.lastIndexOf(")");
  if (open === -1 || close === -1) return undefined;
  const [state, parent, group, session, ...rest] = stat.slice(close + 2).split(" ");
  return {
    pid: Number(stat.slice(0, open)),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    zombie: state === "Z" || state === "X",
    startTime: Number(rest[15]),
  };
}

/** Parses `ps -axo pid=,ppid=,pgid=,stat=,lstart=` (macOS) as printed with `LC_ALL=C`. Other lines are skipped. */
export function parsePs(output: string): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const line of output.split("\n")) {
    const [, pid, parent, group, state, started] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state === undefined) continue;
    const [zombie, startTime] = [state.startsWith("Z"), parseStartTime(started ?? "")];
    rows.push({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: 0,
      zombie,
      startTime,
    });
  }
  return rows;
}

/** Parses `Fri Nov 20 10:39:51 2026`, as ps prints it, to seconds since 1970; 0 for an invalid date. */
export function parseStartTime(lstart: string): number {
  const time = Date.parse(lstart.trim());
  return Number.isNaN(time) ? 0 : Math.floor(time / 1000);
}

/** Parses `ps -axEwwo pid=,command=` (macOS): the rest of each line by its process id. */
export function parsePsCommands(output: string): Map<number, string> {
  const commands = new Map<number, string>();
  for (const line of output.split("\n")) {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid !== undefined && command !== undefined) commands.set(Number(pid), command);
  }
  return commands;
}

/**
 * The living processes of an instance: the group and session of its leader, all that carry its marker, and all
 * descendants. The last two find processes that left the group (browsers do).
 */
export function treeOf(rows: readonly ProcessRow[], leader: number, marker: string): ProcessRow[] {
  const tree = new Set<number>();
  for (const row of rows) {
    const belongs =
      row.pid === leader || row.group === leader || row.session === leader || row.marker === marker;
    if (belongs) tree.add(row.pid);
  }
  for (let grew = true; grew; ) {
    const before = tree.size;
    for (const row of rows) if (tree.has(row.parent)) tree.add(row.pid);
    grew = tree.size > before;
  }
  return rows.filter((row) => tree.has(row.pid) && !row.zombie);
}
