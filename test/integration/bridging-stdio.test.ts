/** The checks of bridging over HTTP, behind `gateway-stdio`. Each client starts a gateway of its own. */

import { checkFronts } from "../support/bridging.ts";

checkFronts(
  ["gateway-stdio --server asks", "gateway-stdio", "gateway-stdio --server asks --gateway"],
  ["sdk1", "sdk2-stateless"],
);
