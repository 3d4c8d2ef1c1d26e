/** Whether an object of the cluster has all desired fields, whatever else it contains. Pure. */

import { isObject } from "../../base/json.ts";
import { isSameAmount } from "./quantity.ts";

/** Lists that others may extend (merged by a key). All other lists must match completely. */
const shared = ["containers", "env", "ports", "imagePullSecrets", "ownerReferences", "conditions"];
const amounts = ["cpu", "memory"];

/** The API server omits empty values. */
export function isSubset(planned: unknown, observed: unknown, field = ""): boolean {
  if (Array.isArray(planned)) return holdsList(planned, observed, field);
  if (isObject(planned)) {
    const other = isObject(observed) ? observed : {};
    return Object.entries(planned).every(([name, value]) => isSubset(value, other[name], name));
  }
  if (amounts.includes(field) && typeof observed === "string") return isSameAmount(String(planned), observed);
  return planned === observed || (planned === "" && observed === undefined);
}

function holdsList(planned: readonly unknown[], observed: unknown, field: string): boolean {
  const others = Array.isArray(observed) ? observed : [];
  if (!shared.includes(field))
    return planned.length === others.length && planned.every((item, index) => isSubset(item, others[index]));
  return planned.every((item) => others.some((other) => isSubset(item, other)));
}
