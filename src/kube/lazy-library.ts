/** The cluster library, loaded with the first cluster or earlier. */

import { lazyModule } from "../base/lazy-module.ts";

export const clusterLibrary = lazyModule(() => import("./kubernetes-client-exports.ts"));
