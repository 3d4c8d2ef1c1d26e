/** A fixture server that already runs in a cluster, over HTTP behind a Service on port 80. */

import type { CoreV1Api } from "@kubernetes/client-node";
import { clusterImage } from "./engines.ts";

/** Its name is `served`. Resolves with the Service's address, before a Pod is ready. */
export async function serveInCluster(core: CoreV1Api, namespace: string): Promise<string> {
  const name = "served";
  const container = {
    name,
    image: clusterImage,
    command: ["node", "/servers/over-http.ts", "echo.ts"],
    env: [{ name: "PORT", value: "8080" }],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  };
  const metadata = { name, labels: { app: name } };
  await core.createNamespacedPod({ namespace, body: { metadata, spec: { containers: [container] } } });
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
  const service = await core.createNamespacedService({ namespace, body: { metadata, spec } });
  return service.spec?.clusterIP ?? "";
}
