/**
 * The program of the watchdog: a process that does nothing but wait for the gateway's death, then ends what the gateway
 * left. It reads lines: `+<group>` started, `-<group>` ended, `quit`. The end of its input without `quit` is the death.
 * POSIX: a shell script, because a shell takes 1 MB where Node takes 40. Starts nothing here; see watchdog.ts.
 */

import { searchOnPath } from "../../base/program-search.ts";
import { markerName } from "./process-marker.ts";

export interface WatchdogProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: without our mark, or a gateway around us would take the watchdog for a server. */
  readonly env: Readonly<Record<string, string>>;
}

/** Which program watches on a platform. `owner` as `formatOwner` writes it. */
export function watchdogProgram(
  platform: NodeJS.Platform,
  owner: string,
  env: Readonly<Record<string, string | undefined>>,
  execPath: string,
): WatchdogProgram {
  if (platform === "win32") {
    // In VS Code's extension host the executable is Electron, which is Node only when told so.
    const inherited = { SystemRoot: env["SystemRoot"] ?? "", PATH: env["PATH"] ?? env["Path"] ?? "" };
    return {
      command: execPath,
      args: ["-e", windowsScript],
      env: { ...inherited, ...searchOnPath(platform), ELECTRON_RUN_AS_NODE: "1" },
    };
  }
  const args = ["-c", posixScript, "open-mcp-gateway-watchdog", `${markerName}=${owner}/`];
  return { command: "/bin/sh", args, env: { PATH: env["PATH"] || "/usr/bin:/bin", LC_ALL: "C" } };
}

/**
 * `$1` is the beginning of our mark. Only Linux has /proc to search by it; elsewhere the groups are all.
 * Signals to the terminal's or the gateway's group must not take the watchdog first.
 */
const posixScript = `
trap '' HUP INT QUIT TERM
groups=' '
while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) group=\${line#-}
        case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
    quit) exit 0 ;;
  esac
done
marked() {
  [ -r /proc/self/environ ] || return 0
  for file in $(grep -lsF "$1" /proc/[0-9]*/environ 2>/dev/null); do
    pid=\${file#/proc/}
    pid=\${pid%/environ}
    [ -O "/proc/$pid" ] && echo "$pid"
  done
}
left() {
  for group in $groups; do kill -s 0 -- "-$group" 2>/dev/null && echo "-$group"; done
  marked "$1"
}
tell() {
  name=$1
  shift
  for target; do kill -s "$name" -- "$target" 2>/dev/null; done
}
tell TERM $(left "$1")
tries=0
while [ $tries -lt 20 ]; do
  [ -n "$(left "$1")" ] || exit 0
  sleep 0.1 2>/dev/null || sleep 1
  tries=$((tries + 1))
done
tell KILL $(left "$1")
exit 0
`;

/**
 * There is no SIGTERM: the trees are ended at once; where taskkill does not do it (128: gone already), their leaders. One
 * that the system does not let us run makes `spawn` throw.
 */
const windowsScript = `
const { spawn } = require("node:child_process");
const { join } = require("node:path");
const groups = new Set();
let done = false;
const taskkill = join(process.env.SystemRoot || "C:/Windows", "System32", "taskkill.exe");
function end(pid) {
  const direct = () => { try { process.kill(Number(pid)); } catch {} };
  try {
    spawn(taskkill, ["/PID", pid, "/T", "/F"], { stdio: "ignore", windowsHide: true, timeout: 5000 })
      .on("error", direct)
      .on("exit", (code) => { if (code !== 0 && code !== 128) direct(); });
  } catch {
    direct();
  }
}
require("node:readline").createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line === "quit") done = true;
    else if (line[0] === "+") groups.add(line.slice(1));
    else groups.delete(line.slice(1));
  })
  .on("close", () => {
    if (done) return;
    for (const pid of groups) end(pid);
  });
`;
