/** Amounts in the notation of Kubernetes: `500m`, `256Mi`. Pure. */

const factors: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Number of processors or bytes; `undefined` for an invalid amount. */
export function amountOf(quantity: string | number): number | undefined {
  const [, digits = "", unit = "", power = "0"] =
    /^([0-9]+(?:\.[0-9]*)?)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]+))?$/.exec(String(quantity)) ?? [];
  const factor = factors[unit];
  return digits === "" || factor === undefined ? undefined : Number(digits) * factor * 10 ** Number(power);
}

/** Whether two texts mean the same amount: the API server writes `1000m` as `1`. */
export function isSameAmount(one: string | number, other: string | number): boolean {
  if (String(one) === String(other)) return true;
  const amount = amountOf(one);
  const against = amountOf(other);
  if (amount === undefined || against === undefined) return false;
  return Math.abs(amount - against) <= Math.abs(amount) * 1e-9;
}
