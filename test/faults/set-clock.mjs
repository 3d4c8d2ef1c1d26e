/** Loaded into the gateway before its program. On SIGUSR2 its wall clock jumps by the ms in the file CLOCK_FILE. */

import { readFileSync } from "node:fs";

const RealDate = Date;
const realNow = Date.now.bind(Date);
let byMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(realNow() + byMs);
    else super(...args);
  }

  static now() {
    return realNow() + byMs;
  }
};

process.on("SIGUSR2", () => {
  byMs = Number(readFileSync(process.env.CLOCK_FILE, "utf8"));
});
