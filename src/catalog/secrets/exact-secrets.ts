/**
 * Masks secrets in a text that a user approves. Masks only what is certainly a secret, because a mask could hide a part
 * of the command. Pure. `secret-detector.ts` masks more, for texts without an approval.
 */

import { createPrivateKey } from "node:crypto";
import { isSecretName } from "./secret-detector.ts";

/** Tokens of well-known services with their exact length. A command or a host name cannot match. */
const tokens =
  /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|sk-(?=[\w-]*\d)[\w-]{20,}|xox[a-z]-[A-Za-z0-9-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{35}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{32,})(?![\w-])/g;
/** `--api-key=x`, `?access_token=x`, `X-Api-Key: x`. */
const assignment = /(?<![\w.-])-{0,2}([A-Za-z][\w-]*)(?:=|:\s)([A-Za-z0-9_+=-]+)(?![^\s&;"',)])/g;
const bearer = /\b((?:Bearer|Basic)\s)([A-Za-z0-9_+=-]+)(?![^\s"',)])/gi;
const password = /(:\/\/[^/\s:@]*:)([A-Za-z0-9_+=-]+)(?=@)/g;
const privateKey =
  /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END (?:[A-Z]+ )?PRIVATE KEY-----/g;

const mask = "***";

/** The text with `***` for its secrets. `name`: its variable, header or flag, or "". */
export function maskExactSecrets(name: string, text: string): string {
  if (isSecretName(name) && isOpaque(text)) return mask;
  return text
    .replace(privateKey, (key) => (isPrivateKey(key) ? maskedKey(key) : key))
    .replace(tokens, mask)
    .replace(bearer, (whole, scheme: string, value: string) => (isOpaque(value) ? scheme + mask : whole))
    .replace(password, (whole, before: string, value: string) => (isOpaque(value) ? before + mask : whole))
    .replace(assignment, (whole, key: string, value: string) =>
      isSecretName(key) && isOpaque(value) ? whole.slice(0, -value.length) + mask : whole,
    );
}

/** Whether a text is one run of letters with digits. Excludes paths, options, words of a language, and shell syntax. */
function isOpaque(text: string): boolean {
  return /^(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9_+=][A-Za-z0-9_+=-]{5,}$/.test(text);
}

/** Whether the text is exactly a key as a program would write it. */
function isPrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    const plain = pem.replaceAll("\r", "").trim();
    const types = ["pkcs8", "pkcs1", "sec1"] as const;
    return types.some((type) => isWritten(key, type, plain));
  } catch {
    return false;
  }
}

function isWritten(
  key: ReturnType<typeof createPrivateKey>,
  type: "pkcs8" | "pkcs1" | "sec1",
  pem: string,
): boolean {
  try {
    return key.export({ type, format: "pem" }).toString().trim() === pem;
  } catch {
    // Some combinations of key type and format do not exist.
    return false;
  }
}

function maskedKey(pem: string): string {
  const lines = pem.split("\n");
  return [lines[0], mask, lines.at(-1)].join("\n");
}
