/** The parts of the cluster library that are used, and no others: as a whole it is many times as large. Loaded on demand. */

export {
  Attach,
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  ListWatch,
  ServerConfiguration,
} from "@kubernetes/client-node";
