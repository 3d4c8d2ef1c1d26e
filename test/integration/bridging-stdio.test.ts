/** The same checks as behind HTTP, behind `gateway-stdio`: each client starts a gateway of its own. */

import { checkFronts } from "../support/bridging.ts";

checkFronts(
  ["gateway-stdio --server asks", "gateway-stdio", "gateway-stdio --server asks --gateway"],
  ["sdk1", "sdk2-stateless"],
);
