/* Generated from schemas/ by `npm run generate`. Do not edit. */

export const entryKeys = [
  "id",
  "display_name",
  "description",
  "tags",
  "runtime",
  "env",
  "enabled",
  "instances",
  "idle_timeout_seconds",
  "request_timeout_seconds",
  "start_timeout_seconds",
  "restart",
  "tools"
] as const;

export const requiredFields = [
  "id",
  "runtime",
  "runtime.type",
  "runtime.command",
  "runtime.url",
  "runtime.image",
  "runtime.namespace",
  "runtime.service_name",
  "runtime.port"
] as const;

export const runtimeTypes = [
  "local-process",
  "remote-sse",
  "docker",
  "podman",
  "k8s-job",
  "k8s-service"
] as const;

export const runtimeKeys = {
  "local-process": [
    "type",
    "command",
    "args",
    "working_dir"
  ],
  "remote-sse": [
    "type",
    "url",
    "headers",
    "ca",
    "cert",
    "key"
  ],
  "docker": [
    "type",
    "image",
    "args",
    "container_name",
    "volumes",
    "network",
    "env_file",
    "resources",
    "pull",
    "transport",
    "port",
    "path",
    "user",
    "read_only",
    "host"
  ],
  "podman": [
    "type",
    "image",
    "args",
    "container_name",
    "volumes",
    "network",
    "env_file",
    "resources",
    "pull",
    "transport",
    "port",
    "path",
    "user",
    "read_only",
    "host"
  ],
  "k8s-job": [
    "type",
    "namespace",
    "image",
    "command",
    "args",
    "service_account",
    "run_as_non_root",
    "resources",
    "image_pull_secrets",
    "ttl_seconds_after_finished",
    "context",
    "kubeconfig"
  ],
  "k8s-service": [
    "type",
    "namespace",
    "service_name",
    "port",
    "path",
    "scheme",
    "headers",
    "context",
    "kubeconfig"
  ]
} as const;

export const entryDefaults = {
  "enabled": true,
  "instances": "shared",
  "start_timeout_seconds": 30
} as const;

export const restartDefaults = {
  "max_attempts": 5,
  "window_seconds": 60
} as const;

export const configDefaults = {
  "listen_addr": "127.0.0.1:4444",
  "catalog_path": "catalog.yaml",
  "catalog_sources": [],
  "log_level": "info",
  "idle_timeout_seconds": 300,
  "health_check_interval_seconds": 30,
  "request_timeout_seconds": 30,
  "max_connections_per_server": 10,
  "tools_mode": "list",
  "max_name_length": 46,
  "tools_warning_tokens": 25000,
  "max_body_bytes": 67108864,
  "cors_enabled": false,
  "cors_origins": [],
  "hot_reload": true,
  "runtime_plugins": [],
  "secrets_dir": "/run/secrets"
} as const;
