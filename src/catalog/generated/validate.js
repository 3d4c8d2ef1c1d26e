/* Generated from schemas/ by `npm run generate`. Do not edit. */
"use strict";
export const validateCatalog = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,"required":["servers"],"properties":{"servers":{"type":"array","items":{"$ref":"#/definitions/Entry"}}},"definitions":{"Entry":{"type":"object","additionalProperties":false,"required":["id","runtime"],"properties":{"id":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, at most 63 characters","not":{"enum":["health","stats","servers","mcp","rpc","admin","metrics","events","ui"]},"errorMessage":"must not be one of the gateway's own paths (health, stats, servers, mcp, rpc, admin, metrics, events, ui)"},"display_name":{"type":"string"},"description":{"type":"string"},"tags":{"type":"array","items":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}},"runtime":{"$ref":"#/definitions/RuntimeConfig"},"env":{"$ref":"#/definitions/Env"},"enabled":{"type":"boolean"},"instances":{"type":"string","enum":["shared","session"]},"idle_timeout_seconds":{"type":"number","minimum":0,"maximum":2147483},"request_timeout_seconds":{"type":"number","minimum":0,"maximum":2147483},"start_timeout_seconds":{"type":"number","exclusiveMinimum":0,"maximum":2147483},"restart":{"$ref":"#/definitions/Restart"},"tools":{"$ref":"#/definitions/ToolFilter"}}},"Env":{"type":"object","propertyNames":{"pattern":"^[^=\\u0000]+$","patternErrorMessage":"is not a valid name of a variable: remove the '='"},"additionalProperties":{"type":"string"}},"Restart":{"type":"object","additionalProperties":false,"properties":{"max_attempts":{"type":"integer","minimum":0,"maximum":1000},"window_seconds":{"type":"number","exclusiveMinimum":0,"maximum":2147483}}},"ToolFilter":{"type":"object","additionalProperties":false,"properties":{"allow":{"type":"array","items":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}},"deny":{"type":"array","items":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}}},"RuntimeConfig":{"type":"object","required":["type"],"discriminator":{"propertyName":"type"},"oneOf":[{"$ref":"#/definitions/LocalProcess"},{"$ref":"#/definitions/RemoteSse"},{"$ref":"#/definitions/Docker"},{"$ref":"#/definitions/Podman"},{"$ref":"#/definitions/K8sJob"},{"$ref":"#/definitions/K8sService"}]},"LocalProcess":{"type":"object","additionalProperties":false,"required":["type","command"],"properties":{"type":{"const":"local-process"},"command":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"args":{"type":"array","items":{"type":"string"}},"working_dir":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}},"RemoteSse":{"type":"object","additionalProperties":false,"required":["type","url"],"properties":{"type":{"const":"remote-sse"},"url":{"type":"string","pattern":"^([Hh][Tt][Tt][Pp][Ss]?://\\S|\\$\\{)","patternErrorMessage":"must be a URL that begins with http:// or https://"},"headers":{"type":"object","propertyNames":{"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","patternErrorMessage":"is not a valid name of an HTTP header"},"additionalProperties":{"type":"string","pattern":"^[^\\r\\n]*$","patternErrorMessage":"must be one line"}},"ca":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"cert":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"key":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}},"Docker":{"type":"object","additionalProperties":false,"required":["type","image"],"properties":{"type":{"const":"docker"},"image":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$","patternErrorMessage":"is not a valid image name"},"args":{"type":"array","items":{"type":"string"}},"container_name":{"type":"string","pattern":"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$","patternErrorMessage":"is not a valid container name: use letters, digits, '_', '.' and '-'"},"volumes":{"type":"array","items":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]+|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$","patternErrorMessage":"must be host:container or host:container:ro"}},"network":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"env_file":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"resources":{"type":"object","additionalProperties":false,"properties":{"cpu":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$","patternErrorMessage":"must be a number of processors in quotes, such as '0.5'"},"memory":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$","patternErrorMessage":"must be an amount of memory, such as '512m' or '2g'"}}},"pull":{"type":"string","enum":["missing","always","never"]},"transport":{"type":"string","enum":["stdio","http"]},"port":{"type":"integer","minimum":1,"maximum":65535},"path":{"type":"string","pattern":"^(/|\\$\\{)","patternErrorMessage":"must begin with '/'"},"user":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"read_only":{"type":"boolean"},"host":{"type":"string","pattern":"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)","patternErrorMessage":"must be unix:///path, npipe:////./pipe/name, tcp://host:port or ssh://user@host"}},"if":{"properties":{"transport":{"const":"http"}},"required":["transport"]},"then":{"required":["port"]}},"Podman":{"type":"object","additionalProperties":false,"required":["type","image"],"properties":{"type":{"const":"podman"},"image":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$","patternErrorMessage":"is not a valid image name"},"args":{"type":"array","items":{"type":"string"}},"container_name":{"type":"string","pattern":"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$","patternErrorMessage":"is not a valid container name: use letters, digits, '_', '.' and '-'"},"volumes":{"type":"array","items":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]*|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$","patternErrorMessage":"must be host:container or host:container:ro"}},"network":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"env_file":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"resources":{"type":"object","additionalProperties":false,"properties":{"cpu":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$","patternErrorMessage":"must be a number of processors in quotes, such as '0.5'"},"memory":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$","patternErrorMessage":"must be an amount of memory, such as '512m' or '2g'"}}},"pull":{"type":"string","enum":["missing","always","never"]},"transport":{"type":"string","enum":["stdio","http"]},"port":{"type":"integer","minimum":1,"maximum":65535},"path":{"type":"string","pattern":"^(/|\\$\\{)","patternErrorMessage":"must begin with '/'"},"user":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"read_only":{"type":"boolean"},"host":{"type":"string","pattern":"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)","patternErrorMessage":"must be unix:///path, npipe:////./pipe/name, tcp://host:port or ssh://user@host"}},"if":{"properties":{"transport":{"const":"http"}},"required":["transport"]},"then":{"required":["port"]}},"K8sJob":{"type":"object","additionalProperties":false,"required":["type","namespace","image"],"properties":{"type":{"const":"k8s-job"},"namespace":{"type":"string","pattern":"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, at most 63 characters"},"image":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$","patternErrorMessage":"is not a valid image name"},"command":{"type":"array","items":{"type":"string"}},"args":{"type":"array","items":{"type":"string"}},"service_account":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$","patternErrorMessage":"must be lower-case letters, digits, inner hyphens and dots"},"run_as_non_root":{"type":"boolean"},"resources":{"type":"object","additionalProperties":false,"properties":{"requests":{"type":"object","propertyNames":{"pattern":"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$","patternErrorMessage":"is not a valid resource name"},"additionalProperties":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$","patternErrorMessage":"must be an amount in quotes, such as '500m' or '512Mi'"}},"limits":{"type":"object","propertyNames":{"pattern":"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$","patternErrorMessage":"is not a valid resource name"},"additionalProperties":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$","patternErrorMessage":"must be an amount in quotes, such as '500m' or '512Mi'"}}}},"image_pull_secrets":{"type":"array","items":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$","patternErrorMessage":"must be lower-case letters, digits, inner hyphens and dots"}},"ttl_seconds_after_finished":{"type":"integer","minimum":0,"maximum":2147483},"context":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"kubeconfig":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}},"K8sService":{"type":"object","additionalProperties":false,"required":["type","namespace","service_name","port"],"properties":{"type":{"const":"k8s-service"},"namespace":{"type":"string","pattern":"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, at most 63 characters"},"service_name":{"type":"string","pattern":"^(?:.*\\$\\{.*|[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, begin with a letter, and have at most 63 characters"},"port":{"type":"integer","minimum":1,"maximum":65535},"path":{"type":"string","pattern":"^(/|\\$\\{)","patternErrorMessage":"must begin with '/'"},"scheme":{"type":"string","enum":["http","https"]},"headers":{"type":"object","propertyNames":{"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","patternErrorMessage":"is not a valid name of an HTTP header"},"additionalProperties":{"type":"string","pattern":"^[^\\r\\n]*$","patternErrorMessage":"must be one line"}},"context":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"kubeconfig":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}}}};
const schema12 = {"type":"object","additionalProperties":false,"required":["id","runtime"],"properties":{"id":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, at most 63 characters","not":{"enum":["health","stats","servers","mcp","rpc","admin","metrics","events","ui"]},"errorMessage":"must not be one of the gateway's own paths (health, stats, servers, mcp, rpc, admin, metrics, events, ui)"},"display_name":{"type":"string"},"description":{"type":"string"},"tags":{"type":"array","items":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}},"runtime":{"$ref":"#/definitions/RuntimeConfig"},"env":{"$ref":"#/definitions/Env"},"enabled":{"type":"boolean"},"instances":{"type":"string","enum":["shared","session"]},"idle_timeout_seconds":{"type":"number","minimum":0,"maximum":2147483},"request_timeout_seconds":{"type":"number","minimum":0,"maximum":2147483},"start_timeout_seconds":{"type":"number","exclusiveMinimum":0,"maximum":2147483},"restart":{"$ref":"#/definitions/Restart"},"tools":{"$ref":"#/definitions/ToolFilter"}}};
const schema20 = {"type":"object","propertyNames":{"pattern":"^[^=\\u0000]+$","patternErrorMessage":"is not a valid name of a variable: remove the '='"},"additionalProperties":{"type":"string"}};
const schema21 = {"type":"object","additionalProperties":false,"properties":{"max_attempts":{"type":"integer","minimum":0,"maximum":1000},"window_seconds":{"type":"number","exclusiveMinimum":0,"maximum":2147483}}};
const schema22 = {"type":"object","additionalProperties":false,"properties":{"allow":{"type":"array","items":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}},"deny":{"type":"array","items":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}}};
const func2 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const pattern1 = new RegExp("\\S", "u");
const pattern47 = new RegExp("^[^=\\u0000]+$", "u");
const schema13 = {"type":"object","required":["type"],"discriminator":{"propertyName":"type"},"oneOf":[{"$ref":"#/definitions/LocalProcess"},{"$ref":"#/definitions/RemoteSse"},{"$ref":"#/definitions/Docker"},{"$ref":"#/definitions/Podman"},{"$ref":"#/definitions/K8sJob"},{"$ref":"#/definitions/K8sService"}]};
const schema14 = {"type":"object","additionalProperties":false,"required":["type","command"],"properties":{"type":{"const":"local-process"},"command":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"args":{"type":"array","items":{"type":"string"}},"working_dir":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}};
const schema15 = {"type":"object","additionalProperties":false,"required":["type","url"],"properties":{"type":{"const":"remote-sse"},"url":{"type":"string","pattern":"^([Hh][Tt][Tt][Pp][Ss]?://\\S|\\$\\{)","patternErrorMessage":"must be a URL that begins with http:// or https://"},"headers":{"type":"object","propertyNames":{"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","patternErrorMessage":"is not a valid name of an HTTP header"},"additionalProperties":{"type":"string","pattern":"^[^\\r\\n]*$","patternErrorMessage":"must be one line"}},"ca":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"cert":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"key":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}};
const schema16 = {"type":"object","additionalProperties":false,"required":["type","image"],"properties":{"type":{"const":"docker"},"image":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$","patternErrorMessage":"is not a valid image name"},"args":{"type":"array","items":{"type":"string"}},"container_name":{"type":"string","pattern":"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$","patternErrorMessage":"is not a valid container name: use letters, digits, '_', '.' and '-'"},"volumes":{"type":"array","items":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]+|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$","patternErrorMessage":"must be host:container or host:container:ro"}},"network":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"env_file":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"resources":{"type":"object","additionalProperties":false,"properties":{"cpu":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$","patternErrorMessage":"must be a number of processors in quotes, such as '0.5'"},"memory":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$","patternErrorMessage":"must be an amount of memory, such as '512m' or '2g'"}}},"pull":{"type":"string","enum":["missing","always","never"]},"transport":{"type":"string","enum":["stdio","http"]},"port":{"type":"integer","minimum":1,"maximum":65535},"path":{"type":"string","pattern":"^(/|\\$\\{)","patternErrorMessage":"must begin with '/'"},"user":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"read_only":{"type":"boolean"},"host":{"type":"string","pattern":"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)","patternErrorMessage":"must be unix:///path, npipe:////./pipe/name, tcp://host:port or ssh://user@host"}},"if":{"properties":{"transport":{"const":"http"}},"required":["transport"]},"then":{"required":["port"]}};
const schema17 = {"type":"object","additionalProperties":false,"required":["type","image"],"properties":{"type":{"const":"podman"},"image":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$","patternErrorMessage":"is not a valid image name"},"args":{"type":"array","items":{"type":"string"}},"container_name":{"type":"string","pattern":"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$","patternErrorMessage":"is not a valid container name: use letters, digits, '_', '.' and '-'"},"volumes":{"type":"array","items":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]*|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$","patternErrorMessage":"must be host:container or host:container:ro"}},"network":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"env_file":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"resources":{"type":"object","additionalProperties":false,"properties":{"cpu":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$","patternErrorMessage":"must be a number of processors in quotes, such as '0.5'"},"memory":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$","patternErrorMessage":"must be an amount of memory, such as '512m' or '2g'"}}},"pull":{"type":"string","enum":["missing","always","never"]},"transport":{"type":"string","enum":["stdio","http"]},"port":{"type":"integer","minimum":1,"maximum":65535},"path":{"type":"string","pattern":"^(/|\\$\\{)","patternErrorMessage":"must begin with '/'"},"user":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"read_only":{"type":"boolean"},"host":{"type":"string","pattern":"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)","patternErrorMessage":"must be unix:///path, npipe:////./pipe/name, tcp://host:port or ssh://user@host"}},"if":{"properties":{"transport":{"const":"http"}},"required":["transport"]},"then":{"required":["port"]}};
const schema18 = {"type":"object","additionalProperties":false,"required":["type","namespace","image"],"properties":{"type":{"const":"k8s-job"},"namespace":{"type":"string","pattern":"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, at most 63 characters"},"image":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$","patternErrorMessage":"is not a valid image name"},"command":{"type":"array","items":{"type":"string"}},"args":{"type":"array","items":{"type":"string"}},"service_account":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$","patternErrorMessage":"must be lower-case letters, digits, inner hyphens and dots"},"run_as_non_root":{"type":"boolean"},"resources":{"type":"object","additionalProperties":false,"properties":{"requests":{"type":"object","propertyNames":{"pattern":"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$","patternErrorMessage":"is not a valid resource name"},"additionalProperties":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$","patternErrorMessage":"must be an amount in quotes, such as '500m' or '512Mi'"}},"limits":{"type":"object","propertyNames":{"pattern":"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$","patternErrorMessage":"is not a valid resource name"},"additionalProperties":{"type":"string","pattern":"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$","patternErrorMessage":"must be an amount in quotes, such as '500m' or '512Mi'"}}}},"image_pull_secrets":{"type":"array","items":{"type":"string","pattern":"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$","patternErrorMessage":"must be lower-case letters, digits, inner hyphens and dots"}},"ttl_seconds_after_finished":{"type":"integer","minimum":0,"maximum":2147483},"context":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"kubeconfig":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}};
const schema19 = {"type":"object","additionalProperties":false,"required":["type","namespace","service_name","port"],"properties":{"type":{"const":"k8s-service"},"namespace":{"type":"string","pattern":"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, at most 63 characters"},"service_name":{"type":"string","pattern":"^(?:.*\\$\\{.*|[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$","patternErrorMessage":"must be lower-case letters, digits and inner hyphens, begin with a letter, and have at most 63 characters"},"port":{"type":"integer","minimum":1,"maximum":65535},"path":{"type":"string","pattern":"^(/|\\$\\{)","patternErrorMessage":"must begin with '/'"},"scheme":{"type":"string","enum":["http","https"]},"headers":{"type":"object","propertyNames":{"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","patternErrorMessage":"is not a valid name of an HTTP header"},"additionalProperties":{"type":"string","pattern":"^[^\\r\\n]*$","patternErrorMessage":"must be one line"}},"context":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"kubeconfig":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}};
const pattern4 = new RegExp("^([Hh][Tt][Tt][Pp][Ss]?://\\S|\\$\\{)", "u");
const pattern5 = new RegExp("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", "u");
const pattern6 = new RegExp("^[^\\r\\n]*$", "u");
const pattern10 = new RegExp("^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$", "u");
const pattern11 = new RegExp("^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$", "u");
const pattern12 = new RegExp("^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]+|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$", "u");
const pattern15 = new RegExp("^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$", "u");
const pattern16 = new RegExp("^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$", "u");
const pattern17 = new RegExp("^(/|\\$\\{)", "u");
const pattern19 = new RegExp("^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)", "u");
const pattern22 = new RegExp("^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]*|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$", "u");
const pattern30 = new RegExp("^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$", "u");
const pattern32 = new RegExp("^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$", "u");
const pattern33 = new RegExp("^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$", "u");
const pattern34 = new RegExp("^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$", "u");
const pattern41 = new RegExp("^(?:.*\\$\\{.*|[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$", "u");

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema13.required,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const tag0 = data.type;
if(typeof tag0 == "string"){
if(tag0 === "local-process"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err1 = {instancePath,schemaPath:"#/definitions/LocalProcess/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema14.required,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.command === undefined){
const err2 = {instancePath,schemaPath:"#/definitions/LocalProcess/required",keyword:"required",params:{missingProperty: "command"},message:"must have required property '"+"command"+"'",schema:schema14.required,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "type") || (key0 === "command")) || (key0 === "args")) || (key0 === "working_dir"))){
const err3 = {instancePath,schemaPath:"#/definitions/LocalProcess/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.type !== undefined){
let data0 = data.type;
if("local-process" !== data0){
const err4 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/LocalProcess/properties/type/const",keyword:"const",params:{allowedValue: "local-process"},message:"must be equal to constant",schema:"local-process",parentSchema:schema14.properties.type,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.command !== undefined){
let data1 = data.command;
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err5 = {instancePath:instancePath+"/command",schemaPath:"#/definitions/LocalProcess/properties/command/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14.properties.command,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/command",schemaPath:"#/definitions/LocalProcess/properties/command/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.command.type,parentSchema:schema14.properties.command,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.args !== undefined){
let data2 = data.args;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 !== "string"){
const err7 = {instancePath:instancePath+"/args/" + i0,schemaPath:"#/definitions/LocalProcess/properties/args/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.args.items.type,parentSchema:schema14.properties.args.items,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/args",schemaPath:"#/definitions/LocalProcess/properties/args/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema14.properties.args.type,parentSchema:schema14.properties.args,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.working_dir !== undefined){
let data4 = data.working_dir;
if(typeof data4 === "string"){
if(!pattern1.test(data4)){
const err9 = {instancePath:instancePath+"/working_dir",schemaPath:"#/definitions/LocalProcess/properties/working_dir/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14.properties.working_dir,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/working_dir",schemaPath:"#/definitions/LocalProcess/properties/working_dir/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.working_dir.type,parentSchema:schema14.properties.working_dir,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/definitions/LocalProcess/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema14.type,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else if(tag0 === "remote-sse"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err12 = {instancePath,schemaPath:"#/definitions/RemoteSse/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema15.required,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.url === undefined){
const err13 = {instancePath,schemaPath:"#/definitions/RemoteSse/required",keyword:"required",params:{missingProperty: "url"},message:"must have required property '"+"url"+"'",schema:schema15.required,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
for(const key1 in data){
if(!((((((key1 === "type") || (key1 === "url")) || (key1 === "headers")) || (key1 === "ca")) || (key1 === "cert")) || (key1 === "key"))){
const err14 = {instancePath,schemaPath:"#/definitions/RemoteSse/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.type !== undefined){
let data5 = data.type;
if("remote-sse" !== data5){
const err15 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/RemoteSse/properties/type/const",keyword:"const",params:{allowedValue: "remote-sse"},message:"must be equal to constant",schema:"remote-sse",parentSchema:schema15.properties.type,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.url !== undefined){
let data6 = data.url;
if(typeof data6 === "string"){
if(!pattern4.test(data6)){
const err16 = {instancePath:instancePath+"/url",schemaPath:"#/definitions/RemoteSse/properties/url/pattern",keyword:"pattern",params:{pattern: "^([Hh][Tt][Tt][Pp][Ss]?://\\S|\\$\\{)"},message:"must match pattern \""+"^([Hh][Tt][Tt][Pp][Ss]?://\\S|\\$\\{)"+"\"",schema:"^([Hh][Tt][Tt][Pp][Ss]?://\\S|\\$\\{)",parentSchema:schema15.properties.url,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/url",schemaPath:"#/definitions/RemoteSse/properties/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.url.type,parentSchema:schema15.properties.url,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.headers !== undefined){
let data7 = data.headers;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key2 in data7){
const _errs24 = errors;
if(typeof key2 === "string"){
if(!pattern5.test(key2)){
const err18 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/RemoteSse/properties/headers/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"},message:"must match pattern \""+"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"+"\"",schema:"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",parentSchema:schema15.properties.headers.propertyNames,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
var valid9 = _errs24 === errors;
if(!valid9){
const err19 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/RemoteSse/properties/headers/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid",schema:schema15.properties.headers.propertyNames,parentSchema:schema15.properties.headers,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
for(const key3 in data7){
let data8 = data7[key3];
if(typeof data8 === "string"){
if(!pattern6.test(data8)){
const err20 = {instancePath:instancePath+"/headers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/RemoteSse/properties/headers/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[^\\r\\n]*$"},message:"must match pattern \""+"^[^\\r\\n]*$"+"\"",schema:"^[^\\r\\n]*$",parentSchema:schema15.properties.headers.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/headers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/RemoteSse/properties/headers/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.headers.additionalProperties.type,parentSchema:schema15.properties.headers.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/RemoteSse/properties/headers/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.properties.headers.type,parentSchema:schema15.properties.headers,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.ca !== undefined){
let data9 = data.ca;
if(typeof data9 === "string"){
if(!pattern1.test(data9)){
const err23 = {instancePath:instancePath+"/ca",schemaPath:"#/definitions/RemoteSse/properties/ca/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema15.properties.ca,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/ca",schemaPath:"#/definitions/RemoteSse/properties/ca/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.ca.type,parentSchema:schema15.properties.ca,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.cert !== undefined){
let data10 = data.cert;
if(typeof data10 === "string"){
if(!pattern1.test(data10)){
const err25 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/RemoteSse/properties/cert/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema15.properties.cert,data:data10};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/RemoteSse/properties/cert/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.cert.type,parentSchema:schema15.properties.cert,data:data10};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.key !== undefined){
let data11 = data.key;
if(typeof data11 === "string"){
if(!pattern1.test(data11)){
const err27 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/RemoteSse/properties/key/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema15.properties.key,data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/RemoteSse/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.key.type,parentSchema:schema15.properties.key,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath,schemaPath:"#/definitions/RemoteSse/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.type,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else if(tag0 === "docker"){
const _errs37 = errors;
let valid13 = true;
const _errs38 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.transport === undefined) && (missing0 = "transport")){
const err30 = {};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
else {
if(data.transport !== undefined){
if("http" !== data.transport){
const err31 = {};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
}
var _valid0 = _errs38 === errors;
errors = _errs37;
if(vErrors !== null){
if(_errs37){
vErrors.length = _errs37;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs40 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.port === undefined){
const err32 = {instancePath,schemaPath:"#/definitions/Docker/then/required",keyword:"required",params:{missingProperty: "port"},message:"must have required property '"+"port"+"'",schema:schema16.then.required,parentSchema:schema16.then,data};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
var _valid0 = _errs40 === errors;
valid13 = _valid0;
}
if(!valid13){
const err33 = {instancePath,schemaPath:"#/definitions/Docker/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema16.if,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err34 = {instancePath,schemaPath:"#/definitions/Docker/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema16.required,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data.image === undefined){
const err35 = {instancePath,schemaPath:"#/definitions/Docker/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'",schema:schema16.required,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
for(const key4 in data){
if(!(func2.call(schema16.properties, key4))){
const err36 = {instancePath,schemaPath:"#/definitions/Docker/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.type !== undefined){
let data13 = data.type;
if("docker" !== data13){
const err37 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/Docker/properties/type/const",keyword:"const",params:{allowedValue: "docker"},message:"must be equal to constant",schema:"docker",parentSchema:schema16.properties.type,data:data13};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.image !== undefined){
let data14 = data.image;
if(typeof data14 === "string"){
if(!pattern10.test(data14)){
const err38 = {instancePath:instancePath+"/image",schemaPath:"#/definitions/Docker/properties/image/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$"+"\"",schema:"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$",parentSchema:schema16.properties.image,data:data14};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/image",schemaPath:"#/definitions/Docker/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.image.type,parentSchema:schema16.properties.image,data:data14};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.args !== undefined){
let data15 = data.args;
if(Array.isArray(data15)){
const len1 = data15.length;
for(let i1=0; i1<len1; i1++){
let data16 = data15[i1];
if(typeof data16 !== "string"){
const err40 = {instancePath:instancePath+"/args/" + i1,schemaPath:"#/definitions/Docker/properties/args/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.args.items.type,parentSchema:schema16.properties.args.items,data:data16};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/args",schemaPath:"#/definitions/Docker/properties/args/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema16.properties.args.type,parentSchema:schema16.properties.args,data:data15};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.container_name !== undefined){
let data17 = data.container_name;
if(typeof data17 === "string"){
if(!pattern11.test(data17)){
const err42 = {instancePath:instancePath+"/container_name",schemaPath:"#/definitions/Docker/properties/container_name/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$"},message:"must match pattern \""+"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$"+"\"",schema:"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$",parentSchema:schema16.properties.container_name,data:data17};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
else {
const err43 = {instancePath:instancePath+"/container_name",schemaPath:"#/definitions/Docker/properties/container_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.container_name.type,parentSchema:schema16.properties.container_name,data:data17};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data.volumes !== undefined){
let data18 = data.volumes;
if(Array.isArray(data18)){
const len2 = data18.length;
for(let i2=0; i2<len2; i2++){
let data19 = data18[i2];
if(typeof data19 === "string"){
if(!pattern12.test(data19)){
const err44 = {instancePath:instancePath+"/volumes/" + i2,schemaPath:"#/definitions/Docker/properties/volumes/items/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]+|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]+|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$"+"\"",schema:"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]+|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$",parentSchema:schema16.properties.volumes.items,data:data19};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/volumes/" + i2,schemaPath:"#/definitions/Docker/properties/volumes/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.volumes.items.type,parentSchema:schema16.properties.volumes.items,data:data19};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath:instancePath+"/volumes",schemaPath:"#/definitions/Docker/properties/volumes/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema16.properties.volumes.type,parentSchema:schema16.properties.volumes,data:data18};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.network !== undefined){
let data20 = data.network;
if(typeof data20 === "string"){
if(!pattern1.test(data20)){
const err47 = {instancePath:instancePath+"/network",schemaPath:"#/definitions/Docker/properties/network/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema16.properties.network,data:data20};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/network",schemaPath:"#/definitions/Docker/properties/network/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.network.type,parentSchema:schema16.properties.network,data:data20};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data.env_file !== undefined){
let data21 = data.env_file;
if(typeof data21 === "string"){
if(!pattern1.test(data21)){
const err49 = {instancePath:instancePath+"/env_file",schemaPath:"#/definitions/Docker/properties/env_file/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema16.properties.env_file,data:data21};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/env_file",schemaPath:"#/definitions/Docker/properties/env_file/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.env_file.type,parentSchema:schema16.properties.env_file,data:data21};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.resources !== undefined){
let data22 = data.resources;
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key5 in data22){
if(!((key5 === "cpu") || (key5 === "memory"))){
const err51 = {instancePath:instancePath+"/resources",schemaPath:"#/definitions/Docker/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema16.properties.resources,data:data22};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data22.cpu !== undefined){
let data23 = data22.cpu;
if(typeof data23 === "string"){
if(!pattern15.test(data23)){
const err52 = {instancePath:instancePath+"/resources/cpu",schemaPath:"#/definitions/Docker/properties/resources/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$"},message:"must match pattern \""+"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$"+"\"",schema:"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$",parentSchema:schema16.properties.resources.properties.cpu,data:data23};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/resources/cpu",schemaPath:"#/definitions/Docker/properties/resources/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.resources.properties.cpu.type,parentSchema:schema16.properties.resources.properties.cpu,data:data23};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data22.memory !== undefined){
let data24 = data22.memory;
if(typeof data24 === "string"){
if(!pattern16.test(data24)){
const err54 = {instancePath:instancePath+"/resources/memory",schemaPath:"#/definitions/Docker/properties/resources/properties/memory/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$"},message:"must match pattern \""+"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$"+"\"",schema:"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$",parentSchema:schema16.properties.resources.properties.memory,data:data24};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/resources/memory",schemaPath:"#/definitions/Docker/properties/resources/properties/memory/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.resources.properties.memory.type,parentSchema:schema16.properties.resources.properties.memory,data:data24};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
else {
const err56 = {instancePath:instancePath+"/resources",schemaPath:"#/definitions/Docker/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema16.properties.resources.type,parentSchema:schema16.properties.resources,data:data22};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data.pull !== undefined){
let data25 = data.pull;
if(typeof data25 !== "string"){
const err57 = {instancePath:instancePath+"/pull",schemaPath:"#/definitions/Docker/properties/pull/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.pull.type,parentSchema:schema16.properties.pull,data:data25};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if(!(((data25 === "missing") || (data25 === "always")) || (data25 === "never"))){
const err58 = {instancePath:instancePath+"/pull",schemaPath:"#/definitions/Docker/properties/pull/enum",keyword:"enum",params:{allowedValues: schema16.properties.pull.enum},message:"must be equal to one of the allowed values",schema:schema16.properties.pull.enum,parentSchema:schema16.properties.pull,data:data25};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.transport !== undefined){
let data26 = data.transport;
if(typeof data26 !== "string"){
const err59 = {instancePath:instancePath+"/transport",schemaPath:"#/definitions/Docker/properties/transport/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.transport.type,parentSchema:schema16.properties.transport,data:data26};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if(!((data26 === "stdio") || (data26 === "http"))){
const err60 = {instancePath:instancePath+"/transport",schemaPath:"#/definitions/Docker/properties/transport/enum",keyword:"enum",params:{allowedValues: schema16.properties.transport.enum},message:"must be equal to one of the allowed values",schema:schema16.properties.transport.enum,parentSchema:schema16.properties.transport,data:data26};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data.port !== undefined){
let data27 = data.port;
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err61 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/Docker/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema16.properties.port.type,parentSchema:schema16.properties.port,data:data27};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 65535 || isNaN(data27)){
const err62 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/Docker/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema16.properties.port,data:data27};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if(data27 < 1 || isNaN(data27)){
const err63 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/Docker/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema16.properties.port,data:data27};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
if(data.path !== undefined){
let data28 = data.path;
if(typeof data28 === "string"){
if(!pattern17.test(data28)){
const err64 = {instancePath:instancePath+"/path",schemaPath:"#/definitions/Docker/properties/path/pattern",keyword:"pattern",params:{pattern: "^(/|\\$\\{)"},message:"must match pattern \""+"^(/|\\$\\{)"+"\"",schema:"^(/|\\$\\{)",parentSchema:schema16.properties.path,data:data28};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/path",schemaPath:"#/definitions/Docker/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.path.type,parentSchema:schema16.properties.path,data:data28};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data.user !== undefined){
let data29 = data.user;
if(typeof data29 === "string"){
if(!pattern1.test(data29)){
const err66 = {instancePath:instancePath+"/user",schemaPath:"#/definitions/Docker/properties/user/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema16.properties.user,data:data29};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
else {
const err67 = {instancePath:instancePath+"/user",schemaPath:"#/definitions/Docker/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.user.type,parentSchema:schema16.properties.user,data:data29};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data.read_only !== undefined){
let data30 = data.read_only;
if(typeof data30 !== "boolean"){
const err68 = {instancePath:instancePath+"/read_only",schemaPath:"#/definitions/Docker/properties/read_only/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema16.properties.read_only.type,parentSchema:schema16.properties.read_only,data:data30};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data.host !== undefined){
let data31 = data.host;
if(typeof data31 === "string"){
if(!pattern19.test(data31)){
const err69 = {instancePath:instancePath+"/host",schemaPath:"#/definitions/Docker/properties/host/pattern",keyword:"pattern",params:{pattern: "^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)"},message:"must match pattern \""+"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)"+"\"",schema:"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)",parentSchema:schema16.properties.host,data:data31};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
else {
const err70 = {instancePath:instancePath+"/host",schemaPath:"#/definitions/Docker/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.host.type,parentSchema:schema16.properties.host,data:data31};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
}
else {
const err71 = {instancePath,schemaPath:"#/definitions/Docker/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema16.type,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else if(tag0 === "podman"){
const _errs83 = errors;
let valid23 = true;
const _errs84 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.transport === undefined) && (missing1 = "transport")){
const err72 = {};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
else {
if(data.transport !== undefined){
if("http" !== data.transport){
const err73 = {};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
}
var _valid1 = _errs84 === errors;
errors = _errs83;
if(vErrors !== null){
if(_errs83){
vErrors.length = _errs83;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs86 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.port === undefined){
const err74 = {instancePath,schemaPath:"#/definitions/Podman/then/required",keyword:"required",params:{missingProperty: "port"},message:"must have required property '"+"port"+"'",schema:schema17.then.required,parentSchema:schema17.then,data};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
var _valid1 = _errs86 === errors;
valid23 = _valid1;
}
if(!valid23){
const err75 = {instancePath,schemaPath:"#/definitions/Podman/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema17.if,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err76 = {instancePath,schemaPath:"#/definitions/Podman/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema17.required,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(data.image === undefined){
const err77 = {instancePath,schemaPath:"#/definitions/Podman/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'",schema:schema17.required,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
for(const key6 in data){
if(!(func2.call(schema17.properties, key6))){
const err78 = {instancePath,schemaPath:"#/definitions/Podman/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data.type !== undefined){
let data33 = data.type;
if("podman" !== data33){
const err79 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/Podman/properties/type/const",keyword:"const",params:{allowedValue: "podman"},message:"must be equal to constant",schema:"podman",parentSchema:schema17.properties.type,data:data33};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data.image !== undefined){
let data34 = data.image;
if(typeof data34 === "string"){
if(!pattern10.test(data34)){
const err80 = {instancePath:instancePath+"/image",schemaPath:"#/definitions/Podman/properties/image/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$"+"\"",schema:"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$",parentSchema:schema17.properties.image,data:data34};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
else {
const err81 = {instancePath:instancePath+"/image",schemaPath:"#/definitions/Podman/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.image.type,parentSchema:schema17.properties.image,data:data34};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data.args !== undefined){
let data35 = data.args;
if(Array.isArray(data35)){
const len3 = data35.length;
for(let i3=0; i3<len3; i3++){
let data36 = data35[i3];
if(typeof data36 !== "string"){
const err82 = {instancePath:instancePath+"/args/" + i3,schemaPath:"#/definitions/Podman/properties/args/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.args.items.type,parentSchema:schema17.properties.args.items,data:data36};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
else {
const err83 = {instancePath:instancePath+"/args",schemaPath:"#/definitions/Podman/properties/args/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema17.properties.args.type,parentSchema:schema17.properties.args,data:data35};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data.container_name !== undefined){
let data37 = data.container_name;
if(typeof data37 === "string"){
if(!pattern11.test(data37)){
const err84 = {instancePath:instancePath+"/container_name",schemaPath:"#/definitions/Podman/properties/container_name/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$"},message:"must match pattern \""+"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$"+"\"",schema:"^(\\$\\{|[a-zA-Z0-9])[^\\s/:@]*$",parentSchema:schema17.properties.container_name,data:data37};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
else {
const err85 = {instancePath:instancePath+"/container_name",schemaPath:"#/definitions/Podman/properties/container_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.container_name.type,parentSchema:schema17.properties.container_name,data:data37};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
if(data.volumes !== undefined){
let data38 = data.volumes;
if(Array.isArray(data38)){
const len4 = data38.length;
for(let i4=0; i4<len4; i4++){
let data39 = data38[i4];
if(typeof data39 === "string"){
if(!pattern22.test(data39)){
const err86 = {instancePath:instancePath+"/volumes/" + i4,schemaPath:"#/definitions/Podman/properties/volumes/items/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]*|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]*|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$"+"\"",schema:"^(?:.*\\$\\{.*|(?:[A-Za-z0-9][\\w.-]*|[A-Za-z]:[\\\\/][^:]*|[A-Za-z0-9][^:/\\\\]*[/\\\\][^:]*|[^:\\sA-Za-z0-9][^:]*):/+[^:/][^:]*(?::(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+)(?:,(?:r[ow]|[zZUO]|(?:no)?copy|r?(?:shared|slave|private|unbindable)|cached|delegated|consistent|r?bind|(?:no)?(?:exec|dev|suid)|idmap(?:=[^:,]+)?|(?:upper|work)dir=[^:,]+))*)?)$",parentSchema:schema17.properties.volumes.items,data:data39};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
else {
const err87 = {instancePath:instancePath+"/volumes/" + i4,schemaPath:"#/definitions/Podman/properties/volumes/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.volumes.items.type,parentSchema:schema17.properties.volumes.items,data:data39};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
}
else {
const err88 = {instancePath:instancePath+"/volumes",schemaPath:"#/definitions/Podman/properties/volumes/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema17.properties.volumes.type,parentSchema:schema17.properties.volumes,data:data38};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data.network !== undefined){
let data40 = data.network;
if(typeof data40 === "string"){
if(!pattern1.test(data40)){
const err89 = {instancePath:instancePath+"/network",schemaPath:"#/definitions/Podman/properties/network/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema17.properties.network,data:data40};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
else {
const err90 = {instancePath:instancePath+"/network",schemaPath:"#/definitions/Podman/properties/network/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.network.type,parentSchema:schema17.properties.network,data:data40};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data.env_file !== undefined){
let data41 = data.env_file;
if(typeof data41 === "string"){
if(!pattern1.test(data41)){
const err91 = {instancePath:instancePath+"/env_file",schemaPath:"#/definitions/Podman/properties/env_file/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema17.properties.env_file,data:data41};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
else {
const err92 = {instancePath:instancePath+"/env_file",schemaPath:"#/definitions/Podman/properties/env_file/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.env_file.type,parentSchema:schema17.properties.env_file,data:data41};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
if(data.resources !== undefined){
let data42 = data.resources;
if(data42 && typeof data42 == "object" && !Array.isArray(data42)){
for(const key7 in data42){
if(!((key7 === "cpu") || (key7 === "memory"))){
const err93 = {instancePath:instancePath+"/resources",schemaPath:"#/definitions/Podman/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema17.properties.resources,data:data42};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data42.cpu !== undefined){
let data43 = data42.cpu;
if(typeof data43 === "string"){
if(!pattern15.test(data43)){
const err94 = {instancePath:instancePath+"/resources/cpu",schemaPath:"#/definitions/Podman/properties/resources/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$"},message:"must match pattern \""+"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$"+"\"",schema:"^(\\$\\{.*|\\d+(\\.\\d+)?|\\d+m)$",parentSchema:schema17.properties.resources.properties.cpu,data:data43};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
else {
const err95 = {instancePath:instancePath+"/resources/cpu",schemaPath:"#/definitions/Podman/properties/resources/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.resources.properties.cpu.type,parentSchema:schema17.properties.resources.properties.cpu,data:data43};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
if(data42.memory !== undefined){
let data44 = data42.memory;
if(typeof data44 === "string"){
if(!pattern16.test(data44)){
const err96 = {instancePath:instancePath+"/resources/memory",schemaPath:"#/definitions/Podman/properties/resources/properties/memory/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$"},message:"must match pattern \""+"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$"+"\"",schema:"^(\\$\\{.*|\\d+(\\.\\d+)?([kKmMgGtT]i?)?[bB]?)$",parentSchema:schema17.properties.resources.properties.memory,data:data44};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
else {
const err97 = {instancePath:instancePath+"/resources/memory",schemaPath:"#/definitions/Podman/properties/resources/properties/memory/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.resources.properties.memory.type,parentSchema:schema17.properties.resources.properties.memory,data:data44};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
}
else {
const err98 = {instancePath:instancePath+"/resources",schemaPath:"#/definitions/Podman/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema17.properties.resources.type,parentSchema:schema17.properties.resources,data:data42};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
if(data.pull !== undefined){
let data45 = data.pull;
if(typeof data45 !== "string"){
const err99 = {instancePath:instancePath+"/pull",schemaPath:"#/definitions/Podman/properties/pull/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.pull.type,parentSchema:schema17.properties.pull,data:data45};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if(!(((data45 === "missing") || (data45 === "always")) || (data45 === "never"))){
const err100 = {instancePath:instancePath+"/pull",schemaPath:"#/definitions/Podman/properties/pull/enum",keyword:"enum",params:{allowedValues: schema17.properties.pull.enum},message:"must be equal to one of the allowed values",schema:schema17.properties.pull.enum,parentSchema:schema17.properties.pull,data:data45};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(data.transport !== undefined){
let data46 = data.transport;
if(typeof data46 !== "string"){
const err101 = {instancePath:instancePath+"/transport",schemaPath:"#/definitions/Podman/properties/transport/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.transport.type,parentSchema:schema17.properties.transport,data:data46};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
if(!((data46 === "stdio") || (data46 === "http"))){
const err102 = {instancePath:instancePath+"/transport",schemaPath:"#/definitions/Podman/properties/transport/enum",keyword:"enum",params:{allowedValues: schema17.properties.transport.enum},message:"must be equal to one of the allowed values",schema:schema17.properties.transport.enum,parentSchema:schema17.properties.transport,data:data46};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
if(data.port !== undefined){
let data47 = data.port;
if(!(((typeof data47 == "number") && (!(data47 % 1) && !isNaN(data47))) && (isFinite(data47)))){
const err103 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/Podman/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema17.properties.port.type,parentSchema:schema17.properties.port,data:data47};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
if((typeof data47 == "number") && (isFinite(data47))){
if(data47 > 65535 || isNaN(data47)){
const err104 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/Podman/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema17.properties.port,data:data47};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
if(data47 < 1 || isNaN(data47)){
const err105 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/Podman/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema17.properties.port,data:data47};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
}
if(data.path !== undefined){
let data48 = data.path;
if(typeof data48 === "string"){
if(!pattern17.test(data48)){
const err106 = {instancePath:instancePath+"/path",schemaPath:"#/definitions/Podman/properties/path/pattern",keyword:"pattern",params:{pattern: "^(/|\\$\\{)"},message:"must match pattern \""+"^(/|\\$\\{)"+"\"",schema:"^(/|\\$\\{)",parentSchema:schema17.properties.path,data:data48};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
else {
const err107 = {instancePath:instancePath+"/path",schemaPath:"#/definitions/Podman/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.path.type,parentSchema:schema17.properties.path,data:data48};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data.user !== undefined){
let data49 = data.user;
if(typeof data49 === "string"){
if(!pattern1.test(data49)){
const err108 = {instancePath:instancePath+"/user",schemaPath:"#/definitions/Podman/properties/user/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema17.properties.user,data:data49};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
else {
const err109 = {instancePath:instancePath+"/user",schemaPath:"#/definitions/Podman/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.user.type,parentSchema:schema17.properties.user,data:data49};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
if(data.read_only !== undefined){
let data50 = data.read_only;
if(typeof data50 !== "boolean"){
const err110 = {instancePath:instancePath+"/read_only",schemaPath:"#/definitions/Podman/properties/read_only/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema17.properties.read_only.type,parentSchema:schema17.properties.read_only,data:data50};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data.host !== undefined){
let data51 = data.host;
if(typeof data51 === "string"){
if(!pattern19.test(data51)){
const err111 = {instancePath:instancePath+"/host",schemaPath:"#/definitions/Podman/properties/host/pattern",keyword:"pattern",params:{pattern: "^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)"},message:"must match pattern \""+"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)"+"\"",schema:"^(unix://|npipe://|tcp://|https?://|ssh://|/|\\$\\{)",parentSchema:schema17.properties.host,data:data51};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
else {
const err112 = {instancePath:instancePath+"/host",schemaPath:"#/definitions/Podman/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.properties.host.type,parentSchema:schema17.properties.host,data:data51};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
}
else {
const err113 = {instancePath,schemaPath:"#/definitions/Podman/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema17.type,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
else if(tag0 === "k8s-job"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err114 = {instancePath,schemaPath:"#/definitions/K8sJob/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema18.required,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
if(data.namespace === undefined){
const err115 = {instancePath,schemaPath:"#/definitions/K8sJob/required",keyword:"required",params:{missingProperty: "namespace"},message:"must have required property '"+"namespace"+"'",schema:schema18.required,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if(data.image === undefined){
const err116 = {instancePath,schemaPath:"#/definitions/K8sJob/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'",schema:schema18.required,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
for(const key8 in data){
if(!(func2.call(schema18.properties, key8))){
const err117 = {instancePath,schemaPath:"#/definitions/K8sJob/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(data.type !== undefined){
let data52 = data.type;
if("k8s-job" !== data52){
const err118 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/K8sJob/properties/type/const",keyword:"const",params:{allowedValue: "k8s-job"},message:"must be equal to constant",schema:"k8s-job",parentSchema:schema18.properties.type,data:data52};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
if(data.namespace !== undefined){
let data53 = data.namespace;
if(typeof data53 === "string"){
if(!pattern30.test(data53)){
const err119 = {instancePath:instancePath+"/namespace",schemaPath:"#/definitions/K8sJob/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$"},message:"must match pattern \""+"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$"+"\"",schema:"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$",parentSchema:schema18.properties.namespace,data:data53};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
else {
const err120 = {instancePath:instancePath+"/namespace",schemaPath:"#/definitions/K8sJob/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.namespace.type,parentSchema:schema18.properties.namespace,data:data53};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data.image !== undefined){
let data54 = data.image;
if(typeof data54 === "string"){
if(!pattern10.test(data54)){
const err121 = {instancePath:instancePath+"/image",schemaPath:"#/definitions/K8sJob/properties/image/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$"+"\"",schema:"^(?:.*\\$\\{.*|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?)$",parentSchema:schema18.properties.image,data:data54};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
else {
const err122 = {instancePath:instancePath+"/image",schemaPath:"#/definitions/K8sJob/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.image.type,parentSchema:schema18.properties.image,data:data54};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
if(data.command !== undefined){
let data55 = data.command;
if(Array.isArray(data55)){
const len5 = data55.length;
for(let i5=0; i5<len5; i5++){
let data56 = data55[i5];
if(typeof data56 !== "string"){
const err123 = {instancePath:instancePath+"/command/" + i5,schemaPath:"#/definitions/K8sJob/properties/command/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.command.items.type,parentSchema:schema18.properties.command.items,data:data56};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
}
else {
const err124 = {instancePath:instancePath+"/command",schemaPath:"#/definitions/K8sJob/properties/command/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema18.properties.command.type,parentSchema:schema18.properties.command,data:data55};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data.args !== undefined){
let data57 = data.args;
if(Array.isArray(data57)){
const len6 = data57.length;
for(let i6=0; i6<len6; i6++){
let data58 = data57[i6];
if(typeof data58 !== "string"){
const err125 = {instancePath:instancePath+"/args/" + i6,schemaPath:"#/definitions/K8sJob/properties/args/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.args.items.type,parentSchema:schema18.properties.args.items,data:data58};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
}
else {
const err126 = {instancePath:instancePath+"/args",schemaPath:"#/definitions/K8sJob/properties/args/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema18.properties.args.type,parentSchema:schema18.properties.args,data:data57};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data.service_account !== undefined){
let data59 = data.service_account;
if(typeof data59 === "string"){
if(!pattern32.test(data59)){
const err127 = {instancePath:instancePath+"/service_account",schemaPath:"#/definitions/K8sJob/properties/service_account/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$"+"\"",schema:"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$",parentSchema:schema18.properties.service_account,data:data59};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
else {
const err128 = {instancePath:instancePath+"/service_account",schemaPath:"#/definitions/K8sJob/properties/service_account/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.service_account.type,parentSchema:schema18.properties.service_account,data:data59};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
if(data.run_as_non_root !== undefined){
let data60 = data.run_as_non_root;
if(typeof data60 !== "boolean"){
const err129 = {instancePath:instancePath+"/run_as_non_root",schemaPath:"#/definitions/K8sJob/properties/run_as_non_root/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema18.properties.run_as_non_root.type,parentSchema:schema18.properties.run_as_non_root,data:data60};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
if(data.resources !== undefined){
let data61 = data.resources;
if(data61 && typeof data61 == "object" && !Array.isArray(data61)){
for(const key9 in data61){
if(!((key9 === "requests") || (key9 === "limits"))){
const err130 = {instancePath:instancePath+"/resources",schemaPath:"#/definitions/K8sJob/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties",schema:false,parentSchema:schema18.properties.resources,data:data61};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
if(data61.requests !== undefined){
let data62 = data61.requests;
if(data62 && typeof data62 == "object" && !Array.isArray(data62)){
for(const key10 in data62){
const _errs152 = errors;
if(typeof key10 === "string"){
if(!pattern33.test(key10)){
const err131 = {instancePath:instancePath+"/resources/requests",schemaPath:"#/definitions/K8sJob/properties/resources/properties/requests/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$"},message:"must match pattern \""+"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$"+"\"",schema:"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$",parentSchema:schema18.properties.resources.properties.requests.propertyNames,data:key10,propertyName:key10};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
var valid39 = _errs152 === errors;
if(!valid39){
const err132 = {instancePath:instancePath+"/resources/requests",schemaPath:"#/definitions/K8sJob/properties/resources/properties/requests/propertyNames",keyword:"propertyNames",params:{propertyName: key10},message:"property name must be valid",schema:schema18.properties.resources.properties.requests.propertyNames,parentSchema:schema18.properties.resources.properties.requests,data:data62};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
for(const key11 in data62){
let data63 = data62[key11];
if(typeof data63 === "string"){
if(!pattern34.test(data63)){
const err133 = {instancePath:instancePath+"/resources/requests/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/K8sJob/properties/resources/properties/requests/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$"},message:"must match pattern \""+"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$"+"\"",schema:"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$",parentSchema:schema18.properties.resources.properties.requests.additionalProperties,data:data63};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
else {
const err134 = {instancePath:instancePath+"/resources/requests/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/K8sJob/properties/resources/properties/requests/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.resources.properties.requests.additionalProperties.type,parentSchema:schema18.properties.resources.properties.requests.additionalProperties,data:data63};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
}
else {
const err135 = {instancePath:instancePath+"/resources/requests",schemaPath:"#/definitions/K8sJob/properties/resources/properties/requests/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema18.properties.resources.properties.requests.type,parentSchema:schema18.properties.resources.properties.requests,data:data62};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
if(data61.limits !== undefined){
let data64 = data61.limits;
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
for(const key12 in data64){
const _errs158 = errors;
if(typeof key12 === "string"){
if(!pattern33.test(key12)){
const err136 = {instancePath:instancePath+"/resources/limits",schemaPath:"#/definitions/K8sJob/properties/resources/properties/limits/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$"},message:"must match pattern \""+"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$"+"\"",schema:"^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9])?$",parentSchema:schema18.properties.resources.properties.limits.propertyNames,data:key12,propertyName:key12};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
var valid41 = _errs158 === errors;
if(!valid41){
const err137 = {instancePath:instancePath+"/resources/limits",schemaPath:"#/definitions/K8sJob/properties/resources/properties/limits/propertyNames",keyword:"propertyNames",params:{propertyName: key12},message:"property name must be valid",schema:schema18.properties.resources.properties.limits.propertyNames,parentSchema:schema18.properties.resources.properties.limits,data:data64};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
for(const key13 in data64){
let data65 = data64[key13];
if(typeof data65 === "string"){
if(!pattern34.test(data65)){
const err138 = {instancePath:instancePath+"/resources/limits/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/K8sJob/properties/resources/properties/limits/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$"},message:"must match pattern \""+"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$"+"\"",schema:"^(\\$\\{.*|\\d+(\\.\\d+)?([eE]-?\\d+|[numkMGTPE]|[KMGTPE]i)?)$",parentSchema:schema18.properties.resources.properties.limits.additionalProperties,data:data65};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
else {
const err139 = {instancePath:instancePath+"/resources/limits/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/K8sJob/properties/resources/properties/limits/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.resources.properties.limits.additionalProperties.type,parentSchema:schema18.properties.resources.properties.limits.additionalProperties,data:data65};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
}
else {
const err140 = {instancePath:instancePath+"/resources/limits",schemaPath:"#/definitions/K8sJob/properties/resources/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema18.properties.resources.properties.limits.type,parentSchema:schema18.properties.resources.properties.limits,data:data64};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
}
else {
const err141 = {instancePath:instancePath+"/resources",schemaPath:"#/definitions/K8sJob/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema18.properties.resources.type,parentSchema:schema18.properties.resources,data:data61};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data.image_pull_secrets !== undefined){
let data66 = data.image_pull_secrets;
if(Array.isArray(data66)){
const len7 = data66.length;
for(let i7=0; i7<len7; i7++){
let data67 = data66[i7];
if(typeof data67 === "string"){
if(!pattern32.test(data67)){
const err142 = {instancePath:instancePath+"/image_pull_secrets/" + i7,schemaPath:"#/definitions/K8sJob/properties/image_pull_secrets/items/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$"+"\"",schema:"^(?:.*\\$\\{.*|(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$",parentSchema:schema18.properties.image_pull_secrets.items,data:data67};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
else {
const err143 = {instancePath:instancePath+"/image_pull_secrets/" + i7,schemaPath:"#/definitions/K8sJob/properties/image_pull_secrets/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.image_pull_secrets.items.type,parentSchema:schema18.properties.image_pull_secrets.items,data:data67};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
}
else {
const err144 = {instancePath:instancePath+"/image_pull_secrets",schemaPath:"#/definitions/K8sJob/properties/image_pull_secrets/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema18.properties.image_pull_secrets.type,parentSchema:schema18.properties.image_pull_secrets,data:data66};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
if(data.ttl_seconds_after_finished !== undefined){
let data68 = data.ttl_seconds_after_finished;
if(!(((typeof data68 == "number") && (!(data68 % 1) && !isNaN(data68))) && (isFinite(data68)))){
const err145 = {instancePath:instancePath+"/ttl_seconds_after_finished",schemaPath:"#/definitions/K8sJob/properties/ttl_seconds_after_finished/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema18.properties.ttl_seconds_after_finished.type,parentSchema:schema18.properties.ttl_seconds_after_finished,data:data68};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
if((typeof data68 == "number") && (isFinite(data68))){
if(data68 > 2147483 || isNaN(data68)){
const err146 = {instancePath:instancePath+"/ttl_seconds_after_finished",schemaPath:"#/definitions/K8sJob/properties/ttl_seconds_after_finished/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema18.properties.ttl_seconds_after_finished,data:data68};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
if(data68 < 0 || isNaN(data68)){
const err147 = {instancePath:instancePath+"/ttl_seconds_after_finished",schemaPath:"#/definitions/K8sJob/properties/ttl_seconds_after_finished/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18.properties.ttl_seconds_after_finished,data:data68};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
}
if(data.context !== undefined){
let data69 = data.context;
if(typeof data69 === "string"){
if(!pattern1.test(data69)){
const err148 = {instancePath:instancePath+"/context",schemaPath:"#/definitions/K8sJob/properties/context/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema18.properties.context,data:data69};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
else {
const err149 = {instancePath:instancePath+"/context",schemaPath:"#/definitions/K8sJob/properties/context/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.context.type,parentSchema:schema18.properties.context,data:data69};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data.kubeconfig !== undefined){
let data70 = data.kubeconfig;
if(typeof data70 === "string"){
if(!pattern1.test(data70)){
const err150 = {instancePath:instancePath+"/kubeconfig",schemaPath:"#/definitions/K8sJob/properties/kubeconfig/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema18.properties.kubeconfig,data:data70};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
else {
const err151 = {instancePath:instancePath+"/kubeconfig",schemaPath:"#/definitions/K8sJob/properties/kubeconfig/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.kubeconfig.type,parentSchema:schema18.properties.kubeconfig,data:data70};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
}
else {
const err152 = {instancePath,schemaPath:"#/definitions/K8sJob/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema18.type,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
else if(tag0 === "k8s-service"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err153 = {instancePath,schemaPath:"#/definitions/K8sService/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
if(data.namespace === undefined){
const err154 = {instancePath,schemaPath:"#/definitions/K8sService/required",keyword:"required",params:{missingProperty: "namespace"},message:"must have required property '"+"namespace"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
if(data.service_name === undefined){
const err155 = {instancePath,schemaPath:"#/definitions/K8sService/required",keyword:"required",params:{missingProperty: "service_name"},message:"must have required property '"+"service_name"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
if(data.port === undefined){
const err156 = {instancePath,schemaPath:"#/definitions/K8sService/required",keyword:"required",params:{missingProperty: "port"},message:"must have required property '"+"port"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
for(const key14 in data){
if(!(func2.call(schema19.properties, key14))){
const err157 = {instancePath,schemaPath:"#/definitions/K8sService/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties",schema:false,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
if(data.type !== undefined){
let data71 = data.type;
if("k8s-service" !== data71){
const err158 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/K8sService/properties/type/const",keyword:"const",params:{allowedValue: "k8s-service"},message:"must be equal to constant",schema:"k8s-service",parentSchema:schema19.properties.type,data:data71};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
if(data.namespace !== undefined){
let data72 = data.namespace;
if(typeof data72 === "string"){
if(!pattern30.test(data72)){
const err159 = {instancePath:instancePath+"/namespace",schemaPath:"#/definitions/K8sService/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$"},message:"must match pattern \""+"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$"+"\"",schema:"^(.*\\$\\{.*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$",parentSchema:schema19.properties.namespace,data:data72};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
else {
const err160 = {instancePath:instancePath+"/namespace",schemaPath:"#/definitions/K8sService/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.namespace.type,parentSchema:schema19.properties.namespace,data:data72};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
}
if(data.service_name !== undefined){
let data73 = data.service_name;
if(typeof data73 === "string"){
if(!pattern41.test(data73)){
const err161 = {instancePath:instancePath+"/service_name",schemaPath:"#/definitions/K8sService/properties/service_name/pattern",keyword:"pattern",params:{pattern: "^(?:.*\\$\\{.*|[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$"},message:"must match pattern \""+"^(?:.*\\$\\{.*|[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$"+"\"",schema:"^(?:.*\\$\\{.*|[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$",parentSchema:schema19.properties.service_name,data:data73};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
}
else {
const err162 = {instancePath:instancePath+"/service_name",schemaPath:"#/definitions/K8sService/properties/service_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.service_name.type,parentSchema:schema19.properties.service_name,data:data73};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
}
if(data.port !== undefined){
let data74 = data.port;
if(!(((typeof data74 == "number") && (!(data74 % 1) && !isNaN(data74))) && (isFinite(data74)))){
const err163 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/K8sService/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.port.type,parentSchema:schema19.properties.port,data:data74};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
if((typeof data74 == "number") && (isFinite(data74))){
if(data74 > 65535 || isNaN(data74)){
const err164 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/K8sService/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema19.properties.port,data:data74};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
if(data74 < 1 || isNaN(data74)){
const err165 = {instancePath:instancePath+"/port",schemaPath:"#/definitions/K8sService/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.port,data:data74};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
}
}
if(data.path !== undefined){
let data75 = data.path;
if(typeof data75 === "string"){
if(!pattern17.test(data75)){
const err166 = {instancePath:instancePath+"/path",schemaPath:"#/definitions/K8sService/properties/path/pattern",keyword:"pattern",params:{pattern: "^(/|\\$\\{)"},message:"must match pattern \""+"^(/|\\$\\{)"+"\"",schema:"^(/|\\$\\{)",parentSchema:schema19.properties.path,data:data75};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
else {
const err167 = {instancePath:instancePath+"/path",schemaPath:"#/definitions/K8sService/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.path.type,parentSchema:schema19.properties.path,data:data75};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
if(data.scheme !== undefined){
let data76 = data.scheme;
if(typeof data76 !== "string"){
const err168 = {instancePath:instancePath+"/scheme",schemaPath:"#/definitions/K8sService/properties/scheme/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.scheme.type,parentSchema:schema19.properties.scheme,data:data76};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
if(!((data76 === "http") || (data76 === "https"))){
const err169 = {instancePath:instancePath+"/scheme",schemaPath:"#/definitions/K8sService/properties/scheme/enum",keyword:"enum",params:{allowedValues: schema19.properties.scheme.enum},message:"must be equal to one of the allowed values",schema:schema19.properties.scheme.enum,parentSchema:schema19.properties.scheme,data:data76};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
if(data.headers !== undefined){
let data77 = data.headers;
if(data77 && typeof data77 == "object" && !Array.isArray(data77)){
for(const key15 in data77){
const _errs189 = errors;
if(typeof key15 === "string"){
if(!pattern5.test(key15)){
const err170 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/K8sService/properties/headers/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"},message:"must match pattern \""+"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"+"\"",schema:"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",parentSchema:schema19.properties.headers.propertyNames,data:key15,propertyName:key15};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
var valid48 = _errs189 === errors;
if(!valid48){
const err171 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/K8sService/properties/headers/propertyNames",keyword:"propertyNames",params:{propertyName: key15},message:"property name must be valid",schema:schema19.properties.headers.propertyNames,parentSchema:schema19.properties.headers,data:data77};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
}
for(const key16 in data77){
let data78 = data77[key16];
if(typeof data78 === "string"){
if(!pattern6.test(data78)){
const err172 = {instancePath:instancePath+"/headers/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/K8sService/properties/headers/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[^\\r\\n]*$"},message:"must match pattern \""+"^[^\\r\\n]*$"+"\"",schema:"^[^\\r\\n]*$",parentSchema:schema19.properties.headers.additionalProperties,data:data78};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
else {
const err173 = {instancePath:instancePath+"/headers/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/K8sService/properties/headers/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.headers.additionalProperties.type,parentSchema:schema19.properties.headers.additionalProperties,data:data78};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
}
else {
const err174 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/K8sService/properties/headers/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.headers.type,parentSchema:schema19.properties.headers,data:data77};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
if(data.context !== undefined){
let data79 = data.context;
if(typeof data79 === "string"){
if(!pattern1.test(data79)){
const err175 = {instancePath:instancePath+"/context",schemaPath:"#/definitions/K8sService/properties/context/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema19.properties.context,data:data79};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
else {
const err176 = {instancePath:instancePath+"/context",schemaPath:"#/definitions/K8sService/properties/context/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.context.type,parentSchema:schema19.properties.context,data:data79};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
if(data.kubeconfig !== undefined){
let data80 = data.kubeconfig;
if(typeof data80 === "string"){
if(!pattern1.test(data80)){
const err177 = {instancePath:instancePath+"/kubeconfig",schemaPath:"#/definitions/K8sService/properties/kubeconfig/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema19.properties.kubeconfig,data:data80};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
else {
const err178 = {instancePath:instancePath+"/kubeconfig",schemaPath:"#/definitions/K8sService/properties/kubeconfig/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.kubeconfig.type,parentSchema:schema19.properties.kubeconfig,data:data80};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
}
else {
const err179 = {instancePath,schemaPath:"#/definitions/K8sService/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.type,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
else {
const err180 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "type", tagValue: tag0},message:"value of tag \"type\" must be in oneOf",schema:schema13.discriminator,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
else {
const err181 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "type", tagValue: tag0},message:"tag \"type\" must be string",schema:schema13.discriminator,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
else {
const err182 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema13.type,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.id === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "id"},message:"must have required property '"+"id"+"'",schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.runtime === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "runtime"},message:"must have required property '"+"runtime"+"'",schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema12.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.id !== undefined){
let data0 = data.id;
const _errs4 = errors;
const _errs5 = errors;
if(!(((((((((data0 === "health") || (data0 === "stats")) || (data0 === "servers")) || (data0 === "mcp")) || (data0 === "rpc")) || (data0 === "admin")) || (data0 === "metrics")) || (data0 === "events")) || (data0 === "ui"))){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var valid1 = _errs5 === errors;
if(valid1){
const err4 = {instancePath:instancePath+"/id",schemaPath:"#/properties/id/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema12.properties.id.not,parentSchema:schema12.properties.id,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
errors = _errs4;
if(vErrors !== null){
if(_errs4){
vErrors.length = _errs4;
}
else {
vErrors = null;
}
}
}
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err5 = {instancePath:instancePath+"/id",schemaPath:"#/properties/id/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema12.properties.id,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/id",schemaPath:"#/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.id.type,parentSchema:schema12.properties.id,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.display_name !== undefined){
let data1 = data.display_name;
if(typeof data1 !== "string"){
const err7 = {instancePath:instancePath+"/display_name",schemaPath:"#/properties/display_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.display_name.type,parentSchema:schema12.properties.display_name,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.description !== undefined){
let data2 = data.description;
if(typeof data2 !== "string"){
const err8 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.description.type,parentSchema:schema12.properties.description,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.tags !== undefined){
let data3 = data.tags;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(!pattern1.test(data4)){
const err9 = {instancePath:instancePath+"/tags/" + i0,schemaPath:"#/properties/tags/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema12.properties.tags.items,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/tags/" + i0,schemaPath:"#/properties/tags/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.tags.items.type,parentSchema:schema12.properties.tags.items,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/tags",schemaPath:"#/properties/tags/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.tags.type,parentSchema:schema12.properties.tags,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.runtime !== undefined){
if(!(validate12(data.runtime, {instancePath:instancePath+"/runtime",parentData:data,parentDataProperty:"runtime",rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
}
if(data.env !== undefined){
let data6 = data.env;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key1 in data6){
const _errs18 = errors;
if(typeof key1 === "string"){
if(!pattern47.test(key1)){
const err12 = {instancePath:instancePath+"/env",schemaPath:"#/definitions/Env/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[^=\\u0000]+$"},message:"must match pattern \""+"^[^=\\u0000]+$"+"\"",schema:"^[^=\\u0000]+$",parentSchema:schema20.propertyNames,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
var valid5 = _errs18 === errors;
if(!valid5){
const err13 = {instancePath:instancePath+"/env",schemaPath:"#/definitions/Env/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema20.propertyNames,parentSchema:schema20,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
for(const key2 in data6){
let data7 = data6[key2];
if(typeof data7 !== "string"){
const err14 = {instancePath:instancePath+"/env/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/Env/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema20.additionalProperties.type,parentSchema:schema20.additionalProperties,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/env",schemaPath:"#/definitions/Env/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.type,parentSchema:schema20,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.enabled !== undefined){
let data8 = data.enabled;
if(typeof data8 !== "boolean"){
const err16 = {instancePath:instancePath+"/enabled",schemaPath:"#/properties/enabled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.enabled.type,parentSchema:schema12.properties.enabled,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.instances !== undefined){
let data9 = data.instances;
if(typeof data9 !== "string"){
const err17 = {instancePath:instancePath+"/instances",schemaPath:"#/properties/instances/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.instances.type,parentSchema:schema12.properties.instances,data:data9};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(!((data9 === "shared") || (data9 === "session"))){
const err18 = {instancePath:instancePath+"/instances",schemaPath:"#/properties/instances/enum",keyword:"enum",params:{allowedValues: schema12.properties.instances.enum},message:"must be equal to one of the allowed values",schema:schema12.properties.instances.enum,parentSchema:schema12.properties.instances,data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.idle_timeout_seconds !== undefined){
let data10 = data.idle_timeout_seconds;
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 > 2147483 || isNaN(data10)){
const err19 = {instancePath:instancePath+"/idle_timeout_seconds",schemaPath:"#/properties/idle_timeout_seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema12.properties.idle_timeout_seconds,data:data10};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err20 = {instancePath:instancePath+"/idle_timeout_seconds",schemaPath:"#/properties/idle_timeout_seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema12.properties.idle_timeout_seconds,data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/idle_timeout_seconds",schemaPath:"#/properties/idle_timeout_seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema12.properties.idle_timeout_seconds.type,parentSchema:schema12.properties.idle_timeout_seconds,data:data10};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.request_timeout_seconds !== undefined){
let data11 = data.request_timeout_seconds;
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 2147483 || isNaN(data11)){
const err22 = {instancePath:instancePath+"/request_timeout_seconds",schemaPath:"#/properties/request_timeout_seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema12.properties.request_timeout_seconds,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err23 = {instancePath:instancePath+"/request_timeout_seconds",schemaPath:"#/properties/request_timeout_seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema12.properties.request_timeout_seconds,data:data11};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/request_timeout_seconds",schemaPath:"#/properties/request_timeout_seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema12.properties.request_timeout_seconds.type,parentSchema:schema12.properties.request_timeout_seconds,data:data11};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.start_timeout_seconds !== undefined){
let data12 = data.start_timeout_seconds;
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 2147483 || isNaN(data12)){
const err25 = {instancePath:instancePath+"/start_timeout_seconds",schemaPath:"#/properties/start_timeout_seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema12.properties.start_timeout_seconds,data:data12};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data12 <= 0 || isNaN(data12)){
const err26 = {instancePath:instancePath+"/start_timeout_seconds",schemaPath:"#/properties/start_timeout_seconds/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema12.properties.start_timeout_seconds,data:data12};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/start_timeout_seconds",schemaPath:"#/properties/start_timeout_seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema12.properties.start_timeout_seconds.type,parentSchema:schema12.properties.start_timeout_seconds,data:data12};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.restart !== undefined){
let data13 = data.restart;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
for(const key3 in data13){
if(!((key3 === "max_attempts") || (key3 === "window_seconds"))){
const err28 = {instancePath:instancePath+"/restart",schemaPath:"#/definitions/Restart/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema21,data:data13};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data13.max_attempts !== undefined){
let data14 = data13.max_attempts;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
const err29 = {instancePath:instancePath+"/restart/max_attempts",schemaPath:"#/definitions/Restart/properties/max_attempts/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema21.properties.max_attempts.type,parentSchema:schema21.properties.max_attempts,data:data14};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1000 || isNaN(data14)){
const err30 = {instancePath:instancePath+"/restart/max_attempts",schemaPath:"#/definitions/Restart/properties/max_attempts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema21.properties.max_attempts,data:data14};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data14 < 0 || isNaN(data14)){
const err31 = {instancePath:instancePath+"/restart/max_attempts",schemaPath:"#/definitions/Restart/properties/max_attempts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema21.properties.max_attempts,data:data14};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
if(data13.window_seconds !== undefined){
let data15 = data13.window_seconds;
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 2147483 || isNaN(data15)){
const err32 = {instancePath:instancePath+"/restart/window_seconds",schemaPath:"#/definitions/Restart/properties/window_seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema21.properties.window_seconds,data:data15};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data15 <= 0 || isNaN(data15)){
const err33 = {instancePath:instancePath+"/restart/window_seconds",schemaPath:"#/definitions/Restart/properties/window_seconds/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema21.properties.window_seconds,data:data15};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/restart/window_seconds",schemaPath:"#/definitions/Restart/properties/window_seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema21.properties.window_seconds.type,parentSchema:schema21.properties.window_seconds,data:data15};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath:instancePath+"/restart",schemaPath:"#/definitions/Restart/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.type,parentSchema:schema21,data:data13};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.tools !== undefined){
let data16 = data.tools;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
for(const key4 in data16){
if(!((key4 === "allow") || (key4 === "deny"))){
const err36 = {instancePath:instancePath+"/tools",schemaPath:"#/definitions/ToolFilter/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema22,data:data16};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data16.allow !== undefined){
let data17 = data16.allow;
if(Array.isArray(data17)){
const len1 = data17.length;
for(let i1=0; i1<len1; i1++){
let data18 = data17[i1];
if(typeof data18 === "string"){
if(!pattern1.test(data18)){
const err37 = {instancePath:instancePath+"/tools/allow/" + i1,schemaPath:"#/definitions/ToolFilter/properties/allow/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties.allow.items,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/tools/allow/" + i1,schemaPath:"#/definitions/ToolFilter/properties/allow/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.allow.items.type,parentSchema:schema22.properties.allow.items,data:data18};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/tools/allow",schemaPath:"#/definitions/ToolFilter/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema22.properties.allow.type,parentSchema:schema22.properties.allow,data:data17};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data16.deny !== undefined){
let data19 = data16.deny;
if(Array.isArray(data19)){
const len2 = data19.length;
for(let i2=0; i2<len2; i2++){
let data20 = data19[i2];
if(typeof data20 === "string"){
if(!pattern1.test(data20)){
const err40 = {instancePath:instancePath+"/tools/deny/" + i2,schemaPath:"#/definitions/ToolFilter/properties/deny/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties.deny.items,data:data20};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/tools/deny/" + i2,schemaPath:"#/definitions/ToolFilter/properties/deny/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.deny.items.type,parentSchema:schema22.properties.deny.items,data:data20};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/tools/deny",schemaPath:"#/definitions/ToolFilter/properties/deny/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema22.properties.deny.type,parentSchema:schema22.properties.deny,data:data19};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath:instancePath+"/tools",schemaPath:"#/definitions/ToolFilter/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.type,parentSchema:schema22,data:data16};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
else {
const err44 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.type,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.servers === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(key0 === "servers")){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.servers !== undefined){
let data0 = data.servers;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate11(data0[i0], {instancePath:instancePath+"/servers/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/servers",schemaPath:"#/properties/servers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.servers.type,parentSchema:schema11.properties.servers,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const validateConfig = validate15;
const schema23 = {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,"properties":{"listen_addr":{"type":"string"},"catalog_path":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"catalog_sources":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["type"],"properties":{"type":{"type":"string","enum":["kubernetes"]},"namespace":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","patternErrorMessage":"must be the name of a namespace"},"kubeconfig":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"context":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}}},"log_level":{"type":"string","enum":["trace","debug","info","warn","error"]},"api_key":{"type":["string","array"],"items":{"type":"string"}},"idle_timeout_seconds":{"type":"number","minimum":0,"maximum":2147483},"health_check_interval_seconds":{"type":"number","minimum":0,"maximum":2147483},"request_timeout_seconds":{"type":"number","minimum":0,"maximum":2147483},"max_connections_per_server":{"type":"integer","minimum":1,"maximum":10000},"tools_mode":{"type":"string","enum":["list","search"]},"max_name_length":{"type":"integer","minimum":24,"maximum":128},"tools_warning_tokens":{"type":"integer","minimum":0},"max_body_bytes":{"type":"integer","minimum":1024,"maximum":1073741824},"cors_enabled":{"type":"boolean"},"cors_origins":{"type":"array","items":{"type":"string","pattern":"^(\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/\\s]+|\\$\\{.*)$","patternErrorMessage":"must be an origin such as https://app.example.com, without a path"}},"hot_reload":{"type":"boolean"},"runtime_plugins":{"type":"array","items":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}},"remote_ca":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"remote_cert":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"remote_key":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"},"secrets_dir":{"type":"string","pattern":"\\S","patternErrorMessage":"must not be empty"}}};
const pattern54 = new RegExp("^(\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/\\s]+|\\$\\{.*)$", "u");

function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema23.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.listen_addr !== undefined){
let data0 = data.listen_addr;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/listen_addr",schemaPath:"#/properties/listen_addr/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.listen_addr.type,parentSchema:schema23.properties.listen_addr,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.catalog_path !== undefined){
let data1 = data.catalog_path;
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err2 = {instancePath:instancePath+"/catalog_path",schemaPath:"#/properties/catalog_path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.catalog_path,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/catalog_path",schemaPath:"#/properties/catalog_path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.catalog_path.type,parentSchema:schema23.properties.catalog_path,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.catalog_sources !== undefined){
let data2 = data.catalog_sources;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.type === undefined){
const err4 = {instancePath:instancePath+"/catalog_sources/" + i0,schemaPath:"#/properties/catalog_sources/items/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema23.properties.catalog_sources.items.required,parentSchema:schema23.properties.catalog_sources.items,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key1 in data3){
if(!((((key1 === "type") || (key1 === "namespace")) || (key1 === "kubeconfig")) || (key1 === "context"))){
const err5 = {instancePath:instancePath+"/catalog_sources/" + i0,schemaPath:"#/properties/catalog_sources/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema23.properties.catalog_sources.items,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data3.type !== undefined){
let data4 = data3.type;
if(typeof data4 !== "string"){
const err6 = {instancePath:instancePath+"/catalog_sources/" + i0+"/type",schemaPath:"#/properties/catalog_sources/items/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.catalog_sources.items.properties.type.type,parentSchema:schema23.properties.catalog_sources.items.properties.type,data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(!(data4 === "kubernetes")){
const err7 = {instancePath:instancePath+"/catalog_sources/" + i0+"/type",schemaPath:"#/properties/catalog_sources/items/properties/type/enum",keyword:"enum",params:{allowedValues: schema23.properties.catalog_sources.items.properties.type.enum},message:"must be equal to one of the allowed values",schema:schema23.properties.catalog_sources.items.properties.type.enum,parentSchema:schema23.properties.catalog_sources.items.properties.type,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data3.namespace !== undefined){
let data5 = data3.namespace;
if(typeof data5 === "string"){
if(!pattern0.test(data5)){
const err8 = {instancePath:instancePath+"/catalog_sources/" + i0+"/namespace",schemaPath:"#/properties/catalog_sources/items/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema23.properties.catalog_sources.items.properties.namespace,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/catalog_sources/" + i0+"/namespace",schemaPath:"#/properties/catalog_sources/items/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.catalog_sources.items.properties.namespace.type,parentSchema:schema23.properties.catalog_sources.items.properties.namespace,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.kubeconfig !== undefined){
let data6 = data3.kubeconfig;
if(typeof data6 === "string"){
if(!pattern1.test(data6)){
const err10 = {instancePath:instancePath+"/catalog_sources/" + i0+"/kubeconfig",schemaPath:"#/properties/catalog_sources/items/properties/kubeconfig/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.catalog_sources.items.properties.kubeconfig,data:data6};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/catalog_sources/" + i0+"/kubeconfig",schemaPath:"#/properties/catalog_sources/items/properties/kubeconfig/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.catalog_sources.items.properties.kubeconfig.type,parentSchema:schema23.properties.catalog_sources.items.properties.kubeconfig,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data3.context !== undefined){
let data7 = data3.context;
if(typeof data7 === "string"){
if(!pattern1.test(data7)){
const err12 = {instancePath:instancePath+"/catalog_sources/" + i0+"/context",schemaPath:"#/properties/catalog_sources/items/properties/context/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.catalog_sources.items.properties.context,data:data7};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/catalog_sources/" + i0+"/context",schemaPath:"#/properties/catalog_sources/items/properties/context/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.catalog_sources.items.properties.context.type,parentSchema:schema23.properties.catalog_sources.items.properties.context,data:data7};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/catalog_sources/" + i0,schemaPath:"#/properties/catalog_sources/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.properties.catalog_sources.items.type,parentSchema:schema23.properties.catalog_sources.items,data:data3};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/catalog_sources",schemaPath:"#/properties/catalog_sources/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.properties.catalog_sources.type,parentSchema:schema23.properties.catalog_sources,data:data2};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.log_level !== undefined){
let data8 = data.log_level;
if(typeof data8 !== "string"){
const err16 = {instancePath:instancePath+"/log_level",schemaPath:"#/properties/log_level/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.log_level.type,parentSchema:schema23.properties.log_level,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(!(((((data8 === "trace") || (data8 === "debug")) || (data8 === "info")) || (data8 === "warn")) || (data8 === "error"))){
const err17 = {instancePath:instancePath+"/log_level",schemaPath:"#/properties/log_level/enum",keyword:"enum",params:{allowedValues: schema23.properties.log_level.enum},message:"must be equal to one of the allowed values",schema:schema23.properties.log_level.enum,parentSchema:schema23.properties.log_level,data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.api_key !== undefined){
let data9 = data.api_key;
if((typeof data9 !== "string") && (!(Array.isArray(data9)))){
const err18 = {instancePath:instancePath+"/api_key",schemaPath:"#/properties/api_key/type",keyword:"type",params:{type: schema23.properties.api_key.type},message:"must be string,array",schema:schema23.properties.api_key.type,parentSchema:schema23.properties.api_key,data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(Array.isArray(data9)){
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
let data10 = data9[i1];
if(typeof data10 !== "string"){
const err19 = {instancePath:instancePath+"/api_key/" + i1,schemaPath:"#/properties/api_key/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.api_key.items.type,parentSchema:schema23.properties.api_key.items,data:data10};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
}
if(data.idle_timeout_seconds !== undefined){
let data11 = data.idle_timeout_seconds;
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 2147483 || isNaN(data11)){
const err20 = {instancePath:instancePath+"/idle_timeout_seconds",schemaPath:"#/properties/idle_timeout_seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema23.properties.idle_timeout_seconds,data:data11};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err21 = {instancePath:instancePath+"/idle_timeout_seconds",schemaPath:"#/properties/idle_timeout_seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema23.properties.idle_timeout_seconds,data:data11};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/idle_timeout_seconds",schemaPath:"#/properties/idle_timeout_seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema23.properties.idle_timeout_seconds.type,parentSchema:schema23.properties.idle_timeout_seconds,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.health_check_interval_seconds !== undefined){
let data12 = data.health_check_interval_seconds;
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 2147483 || isNaN(data12)){
const err23 = {instancePath:instancePath+"/health_check_interval_seconds",schemaPath:"#/properties/health_check_interval_seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema23.properties.health_check_interval_seconds,data:data12};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err24 = {instancePath:instancePath+"/health_check_interval_seconds",schemaPath:"#/properties/health_check_interval_seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema23.properties.health_check_interval_seconds,data:data12};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/health_check_interval_seconds",schemaPath:"#/properties/health_check_interval_seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema23.properties.health_check_interval_seconds.type,parentSchema:schema23.properties.health_check_interval_seconds,data:data12};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.request_timeout_seconds !== undefined){
let data13 = data.request_timeout_seconds;
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 2147483 || isNaN(data13)){
const err26 = {instancePath:instancePath+"/request_timeout_seconds",schemaPath:"#/properties/request_timeout_seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483},message:"must be <= 2147483",schema:2147483,parentSchema:schema23.properties.request_timeout_seconds,data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err27 = {instancePath:instancePath+"/request_timeout_seconds",schemaPath:"#/properties/request_timeout_seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema23.properties.request_timeout_seconds,data:data13};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/request_timeout_seconds",schemaPath:"#/properties/request_timeout_seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema23.properties.request_timeout_seconds.type,parentSchema:schema23.properties.request_timeout_seconds,data:data13};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.max_connections_per_server !== undefined){
let data14 = data.max_connections_per_server;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
const err29 = {instancePath:instancePath+"/max_connections_per_server",schemaPath:"#/properties/max_connections_per_server/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema23.properties.max_connections_per_server.type,parentSchema:schema23.properties.max_connections_per_server,data:data14};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 10000 || isNaN(data14)){
const err30 = {instancePath:instancePath+"/max_connections_per_server",schemaPath:"#/properties/max_connections_per_server/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema23.properties.max_connections_per_server,data:data14};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data14 < 1 || isNaN(data14)){
const err31 = {instancePath:instancePath+"/max_connections_per_server",schemaPath:"#/properties/max_connections_per_server/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema23.properties.max_connections_per_server,data:data14};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
if(data.tools_mode !== undefined){
let data15 = data.tools_mode;
if(typeof data15 !== "string"){
const err32 = {instancePath:instancePath+"/tools_mode",schemaPath:"#/properties/tools_mode/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.tools_mode.type,parentSchema:schema23.properties.tools_mode,data:data15};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(!((data15 === "list") || (data15 === "search"))){
const err33 = {instancePath:instancePath+"/tools_mode",schemaPath:"#/properties/tools_mode/enum",keyword:"enum",params:{allowedValues: schema23.properties.tools_mode.enum},message:"must be equal to one of the allowed values",schema:schema23.properties.tools_mode.enum,parentSchema:schema23.properties.tools_mode,data:data15};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.max_name_length !== undefined){
let data16 = data.max_name_length;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err34 = {instancePath:instancePath+"/max_name_length",schemaPath:"#/properties/max_name_length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema23.properties.max_name_length.type,parentSchema:schema23.properties.max_name_length,data:data16};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 128 || isNaN(data16)){
const err35 = {instancePath:instancePath+"/max_name_length",schemaPath:"#/properties/max_name_length/maximum",keyword:"maximum",params:{comparison: "<=", limit: 128},message:"must be <= 128",schema:128,parentSchema:schema23.properties.max_name_length,data:data16};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data16 < 24 || isNaN(data16)){
const err36 = {instancePath:instancePath+"/max_name_length",schemaPath:"#/properties/max_name_length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 24},message:"must be >= 24",schema:24,parentSchema:schema23.properties.max_name_length,data:data16};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
if(data.tools_warning_tokens !== undefined){
let data17 = data.tools_warning_tokens;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err37 = {instancePath:instancePath+"/tools_warning_tokens",schemaPath:"#/properties/tools_warning_tokens/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema23.properties.tools_warning_tokens.type,parentSchema:schema23.properties.tools_warning_tokens,data:data17};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 0 || isNaN(data17)){
const err38 = {instancePath:instancePath+"/tools_warning_tokens",schemaPath:"#/properties/tools_warning_tokens/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema23.properties.tools_warning_tokens,data:data17};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
if(data.max_body_bytes !== undefined){
let data18 = data.max_body_bytes;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
const err39 = {instancePath:instancePath+"/max_body_bytes",schemaPath:"#/properties/max_body_bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema23.properties.max_body_bytes.type,parentSchema:schema23.properties.max_body_bytes,data:data18};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1073741824 || isNaN(data18)){
const err40 = {instancePath:instancePath+"/max_body_bytes",schemaPath:"#/properties/max_body_bytes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1073741824},message:"must be <= 1073741824",schema:1073741824,parentSchema:schema23.properties.max_body_bytes,data:data18};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(data18 < 1024 || isNaN(data18)){
const err41 = {instancePath:instancePath+"/max_body_bytes",schemaPath:"#/properties/max_body_bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1024},message:"must be >= 1024",schema:1024,parentSchema:schema23.properties.max_body_bytes,data:data18};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
if(data.cors_enabled !== undefined){
let data19 = data.cors_enabled;
if(typeof data19 !== "boolean"){
const err42 = {instancePath:instancePath+"/cors_enabled",schemaPath:"#/properties/cors_enabled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema23.properties.cors_enabled.type,parentSchema:schema23.properties.cors_enabled,data:data19};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.cors_origins !== undefined){
let data20 = data.cors_origins;
if(Array.isArray(data20)){
const len2 = data20.length;
for(let i2=0; i2<len2; i2++){
let data21 = data20[i2];
if(typeof data21 === "string"){
if(!pattern54.test(data21)){
const err43 = {instancePath:instancePath+"/cors_origins/" + i2,schemaPath:"#/properties/cors_origins/items/pattern",keyword:"pattern",params:{pattern: "^(\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/\\s]+|\\$\\{.*)$"},message:"must match pattern \""+"^(\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/\\s]+|\\$\\{.*)$"+"\"",schema:"^(\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/\\s]+|\\$\\{.*)$",parentSchema:schema23.properties.cors_origins.items,data:data21};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/cors_origins/" + i2,schemaPath:"#/properties/cors_origins/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.cors_origins.items.type,parentSchema:schema23.properties.cors_origins.items,data:data21};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath:instancePath+"/cors_origins",schemaPath:"#/properties/cors_origins/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.properties.cors_origins.type,parentSchema:schema23.properties.cors_origins,data:data20};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data.hot_reload !== undefined){
let data22 = data.hot_reload;
if(typeof data22 !== "boolean"){
const err46 = {instancePath:instancePath+"/hot_reload",schemaPath:"#/properties/hot_reload/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema23.properties.hot_reload.type,parentSchema:schema23.properties.hot_reload,data:data22};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.runtime_plugins !== undefined){
let data23 = data.runtime_plugins;
if(Array.isArray(data23)){
const len3 = data23.length;
for(let i3=0; i3<len3; i3++){
let data24 = data23[i3];
if(typeof data24 === "string"){
if(!pattern1.test(data24)){
const err47 = {instancePath:instancePath+"/runtime_plugins/" + i3,schemaPath:"#/properties/runtime_plugins/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.runtime_plugins.items,data:data24};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/runtime_plugins/" + i3,schemaPath:"#/properties/runtime_plugins/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.runtime_plugins.items.type,parentSchema:schema23.properties.runtime_plugins.items,data:data24};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
else {
const err49 = {instancePath:instancePath+"/runtime_plugins",schemaPath:"#/properties/runtime_plugins/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.properties.runtime_plugins.type,parentSchema:schema23.properties.runtime_plugins,data:data23};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data.remote_ca !== undefined){
let data25 = data.remote_ca;
if(typeof data25 === "string"){
if(!pattern1.test(data25)){
const err50 = {instancePath:instancePath+"/remote_ca",schemaPath:"#/properties/remote_ca/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.remote_ca,data:data25};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/remote_ca",schemaPath:"#/properties/remote_ca/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.remote_ca.type,parentSchema:schema23.properties.remote_ca,data:data25};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.remote_cert !== undefined){
let data26 = data.remote_cert;
if(typeof data26 === "string"){
if(!pattern1.test(data26)){
const err52 = {instancePath:instancePath+"/remote_cert",schemaPath:"#/properties/remote_cert/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.remote_cert,data:data26};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/remote_cert",schemaPath:"#/properties/remote_cert/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.remote_cert.type,parentSchema:schema23.properties.remote_cert,data:data26};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.remote_key !== undefined){
let data27 = data.remote_key;
if(typeof data27 === "string"){
if(!pattern1.test(data27)){
const err54 = {instancePath:instancePath+"/remote_key",schemaPath:"#/properties/remote_key/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.remote_key,data:data27};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/remote_key",schemaPath:"#/properties/remote_key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.remote_key.type,parentSchema:schema23.properties.remote_key,data:data27};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data.secrets_dir !== undefined){
let data28 = data.secrets_dir;
if(typeof data28 === "string"){
if(!pattern1.test(data28)){
const err56 = {instancePath:instancePath+"/secrets_dir",schemaPath:"#/properties/secrets_dir/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.secrets_dir,data:data28};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
else {
const err57 = {instancePath:instancePath+"/secrets_dir",schemaPath:"#/properties/secrets_dir/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.secrets_dir.type,parentSchema:schema23.properties.secrets_dir,data:data28};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.type,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
validate15.errors = vErrors;
return errors === 0;
}
