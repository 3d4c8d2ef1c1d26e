/** The cluster library, loaded with the first cluster, or ahead of it. */

import { lazyModule } from "../base/lazy-module.ts";

export const clusterLibrary = lazyModule(() => import("./library.ts"));
