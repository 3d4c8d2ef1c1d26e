/** The cluster library, loaded with the first cluster, or ahead of it. */

import { codeOnDemand } from "../base/code-on-demand.ts";

export const clusterLibrary = codeOnDemand(() => import("./library.ts"));
