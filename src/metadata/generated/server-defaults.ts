/* Generated from schemas/ by `npm run generate`. Do not edit. */

export const serverDefaults = {
  "imageTag": "latest",
  "namespace": "mcp-servers",
  "port": 8088,
  "servicePort": 80,
  "replicas": 1,
  "allowAnyHost": false,
  "ingressClass": "traefik",
  "useProvisionedRegistry": false
} as const;
