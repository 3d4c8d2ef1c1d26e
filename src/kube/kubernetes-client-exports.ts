/** Only the used parts of the cluster library, because the whole is many times larger. Loaded on demand. */

export {
  Attach,
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  ListWatch,
  ServerConfiguration,
} from "@kubernetes/client-node";
