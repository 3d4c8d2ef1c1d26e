/**
 * The owner of all local processes of one gateway: gives each instance its mark and keeps the watchdog informed.
 * Created once per gateway and closed by it, after the instances. Starts and stops no server itself.
 */

import { markerValue, type Owner, thisOwner } from "./process-marker.ts";
import { Watchdog } from "./watchdog.ts";

export interface LocalProcessesOptions {
  /** Told once per failure when the watchdog is missing. */
  readonly warn?: (line: string) => void;
  /** Names of the gateway's own variables that no server may see, besides `MCP_GATEWAY_API_KEY`. */
  readonly withheld?: readonly string[];
}

export class LocalProcesses {
  readonly owner: Owner = thisOwner();
  readonly withheld: readonly string[];
  readonly #watchdog: Watchdog;
  #instances = 0;

  constructor({ warn = () => {}, withheld = [] }: LocalProcessesOptions = {}) {
    this.withheld = ["MCP_GATEWAY_API_KEY", ...withheld];
    this.#watchdog = new Watchdog(this.owner, warn);
  }

  /** Process id of the watchdog while there is one; for tests and diagnosis. */
  get watchdogPid(): number | undefined {
    return this.#watchdog.pid;
  }

  /** A mark of its own for the next instance. */
  nextMarker(): string {
    return markerValue(this.owner, ++this.#instances);
  }

  /** A leader runs: its group is ended if we die. */
  started(leader: number): void {
    this.#watchdog.watch(leader);
  }

  /** Nothing of the leader's tree is left. */
  ended(leader: number): void {
    this.#watchdog.forget(leader);
  }

  /** Dismisses the watchdog. Stop the instances first. */
  close(): Promise<void> {
    return this.#watchdog.close();
  }
}
