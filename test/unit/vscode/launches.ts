/** The approval of launches with real files and a vault in memory. A script gives the answers. */

import { join } from "node:path";
import type { TestContext } from "node:test";
import type * as vscode from "vscode";
import type { Entry } from "../../../src/catalog/entry.ts";
import { ApprovedLaunches } from "../../../src/vscode/gateway/approved-launches.ts";
import { type ApprovalHost, LaunchApproval } from "../../../src/vscode/gateway/launch-approval.ts";
import { type Launch, reviewLaunch } from "../../../src/vscode/gateway/launch-review.ts";
import { SecretVault } from "../../../src/vscode/gateway/secret-vault.ts";
import { temporaryFolder } from "../../support/gateway.ts";

export const catalog = { file: "/project/catalog.yaml", folder: "/project" };

export function local(id: string, ...args: string[]): Entry {
  return { id, runtime: { type: "local-process", command: "node", args } };
}

export interface Asked {
  readonly launches: Launch[];
  readonly lists: (readonly Launch[])[];
  readonly secrets: string[];
  readonly grants: { readonly names: readonly string[]; readonly id: string; readonly givenTo: string[] }[];
}

/** `make` creates another window of the same installation. */
export async function approval(t: TestContext, answers: Partial<ApprovalHost> = {}) {
  const file = join(await temporaryFolder(t), "in", "confirmed.json");
  const vault = new SecretVault(storageInMemory());
  const asked: Asked = { launches: [], lists: [], secrets: [], grants: [] };
  const ask: ApprovalHost = {
    isTrusted: () => true,
    confirms: () => true,
    entriesOf: async () => [],
    review: reviewLaunch,
    askLaunch: async () => "run",
    askAll: async () => true,
    askSecret: async () => undefined,
    askGrant: async () => false,
    ...answers,
  };
  const host: ApprovalHost = {
    ...ask,
    askLaunch: (launch) => {
      asked.launches.push(launch);
      return ask.askLaunch(launch);
    },
    askAll: (launches) => {
      asked.lists.push(launches);
      return ask.askAll(launches);
    },
    askSecret: (name, launch) => {
      asked.secrets.push(name);
      return ask.askSecret(name, launch);
    },
    askGrant: (wanted, launch) => {
      const givenTo = wanted.flatMap((one) => one.givenTo.map(({ shown }) => shown));
      asked.grants.push({ names: wanted.map(({ name }) => name), id: launch.entry.id, givenTo });
      return ask.askGrant(wanted, launch);
    },
  };
  const make = () => new LaunchApproval(host, new ApprovedLaunches(file), vault);
  return { make, asked, file, vault };
}

export function idsOf(asked: Asked): string[] {
  return asked.launches.map(({ entry }) => entry.id);
}

export function storageInMemory(): vscode.SecretStorage {
  const values = new Map<string, string>();
  return {
    get: async (key) => values.get(key),
    store: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    keys: async () => [...values.keys()],
    onDidChange: () => ({ dispose: () => undefined }),
  } as vscode.SecretStorage;
}
