/**
 * Owner of all local processes of one gateway: gives each instance a marker and keeps the watchdog informed. The
 * gateway creates it once and closes it after the instances. Starts and stops no server itself.
 */

import { markerValue, type Owner, thisOwner } from "./process-marker.ts";
import { Watchdog } from "./watchdog.ts";

export interface ProcessTrackerOptions {
  /** Called once per failure when the watchdog is missing. */
  readonly warn?: (line: string) => void;
  /** Variables of the gateway that no server may see, besides `MCP_GATEWAY_API_KEY`. */
  readonly withheld?: readonly string[];
}

export class ProcessTracker {
  readonly owner: Owner = thisOwner();
  readonly withheld: readonly string[];
  readonly #watchdog: Watchdog;
  #instances = 0;

  constructor({ warn = () => {}, withheld = [] }: ProcessTrackerOptions = {}) {
    this.withheld = ["MCP_GATEWAY_API_KEY", ...withheld];
    this.#watchdog = new Watchdog(this.owner, warn);
  }

  /** Process id of the running watchdog; for tests and diagnosis. */
  get watchdogPid(): number | undefined {
    return this.#watchdog.pid;
  }

  /** A unique marker for the next instance. */
  nextMarker(): string {
    return markerValue(this.owner, ++this.#instances);
  }

  /** Registers a running leader: its group is ended if the gateway dies. */
  started(leader: number): void {
    this.#watchdog.watch(leader);
  }

  /** Removes a leader, because its whole tree has ended. */
  ended(leader: number): void {
    this.#watchdog.forget(leader);
  }

  /** Ends the watchdog. Stop the instances first. */
  close(): Promise<void> {
    return this.#watchdog.close();
  }
}
