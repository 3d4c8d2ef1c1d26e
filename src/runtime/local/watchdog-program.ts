/**
 * The program of the watchdog: a process that waits for the gateway's death and then ends the gateway's processes. It
 * reads lines: `+<group>` started, `-<group>` ended, `quit`. The end of its input without `quit` means that the gateway
 * died. On POSIX it is a shell script, because a shell takes 1 MB of memory and Node 40. Starts nothing here; see
 * watchdog.ts.
 */

import { searchOnPath } from "../../base/program-search.ts";
import { markerName } from "./process-marker.ts";

export interface WatchdogProgram {
  readonly command: string;
  readonly args: readonly string[];
  /**
   * The whole environment. It has no marker, or else a gateway that started this one would end the watchdog as a
   * server.
   */
  readonly env: Readonly<Record<string, string>>;
}

/** The watchdog program for a platform. `owner` as `formatOwner` writes it. */
export function watchdogProgram(
  platform: NodeJS.Platform,
  owner: string,
  env: Readonly<Record<string, string | undefined>>,
  execPath: string,
): WatchdogProgram {
  if (platform === "win32") {
    // In VS Code's extension host the executable is Electron, which needs this variable to run as Node.
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
 * `$1` is the beginning of the marker. Only Linux has /proc to search for it; elsewhere only the groups are known.
 * Signals to the group of the terminal or gateway must not end the watchdog first.
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
living() {
  for group in $groups; do kill -s 0 -- "-$group" 2>/dev/null && echo "-$group"; done
  marked "$1"
}
send() {
  name=$1
  shift
  for target; do kill -s "$name" -- "$target" 2>/dev/null; done
}
send TERM $(living "$1")
tries=0
while [ $tries -lt 20 ]; do
  [ -n "$(living "$1")" ] || exit 0
  sleep 0.1 2>/dev/null || sleep 1
  tries=$((tries + 1))
done
send KILL $(living "$1")
exit 0
`;

/**
 * Windows has no SIGTERM, so the trees are killed at once. When taskkill fails, the leaders are killed (128: ended
 * already). `spawn` throws for a program that the system does not allow to run.
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
