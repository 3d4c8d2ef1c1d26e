/** A thousand tools as servers define them, and questions as users ask them. */

interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
}

/** The action, its object, and its service. */
const services: Readonly<Record<string, readonly string[]>> = {
  github: [
    "issue",
    "pull request",
    "branch",
    "commit",
    "release",
    "workflow run",
    "repository",
    "gist",
    "label",
    "milestone",
  ],
  gitlab: ["merge request", "pipeline", "runner", "snippet", "epic", "wiki page", "job", "variable"],
  slack: ["message", "channel", "reaction", "reminder", "user group", "bookmark", "thread"],
  notion: ["page", "database", "block", "comment", "workspace user"],
  jira: ["ticket", "sprint", "board", "worklog", "project version", "component"],
  stripe: ["invoice", "customer", "refund", "subscription", "payment link", "coupon", "payout"],
  postgres: ["table", "index", "view", "sequence", "role", "schema"],
  browser: ["tab", "screenshot", "cookie", "download", "form field", "console log"],
  files: ["file", "folder", "symbolic link", "archive", "file permission"],
  calendar: ["event", "attendee", "meeting room", "working hours"],
  mail: ["email", "draft", "mail filter", "attachment", "mailbox folder"],
  weather: ["forecast", "storm warning", "air quality report", "tide table"],
  maps: ["route", "place", "traffic report", "elevation profile", "geocode"],
  kubernetes: ["pod", "deployment", "ingress", "secret", "config map", "node", "cron job"],
  music: ["playlist", "album", "song", "radio station"],
};
const verbs: Readonly<Record<string, string>> = {
  create: "Creates a new",
  list: "Lists every",
  get: "Returns the details of one",
  update: "Changes fields of an existing",
  delete: "Removes a",
  search: "Finds by text any",
  export: "Saves to a file the",
  archive: "Puts away, without removing it, a",
  watch: "Notifies of changes to a",
  copy: "Makes a duplicate of a",
  share: "Gives another person access to a",
  restore: "Brings back a removed",
};

/** The tools of each server. */
export function thousandTools(): ReadonlyMap<string, readonly Tool[]> {
  return new Map(
    Object.entries(services).map(([service, things]) => [
      service,
      things.flatMap((thing) => Object.keys(verbs).map((verb) => toolOf(service, verb, thing))),
    ]),
  );
}

function toolOf(service: string, verb: string, thing: string): Tool {
  const idOf = { id: { type: "string", description: `Identifier of the ${thing}` } };
  return {
    name: `${verb}_${thing.replaceAll(" ", "_")}`,
    description: `${verbs[verb]} ${thing} in ${service}. Needs access to ${service}.`,
    inputSchema: { type: "object", properties: verb === "create" || verb === "list" ? {} : idOf },
  };
}

/** A question, and the tool that it means. */
export const queries: readonly (readonly [query: string, tool: string])[] = [
  ["open a new issue on github", "github__create_issue"],
  ["show me all pull requests", "github__list_pull_request"],
  ["delete a branch", "github__delete_branch"],
  ["which pipelines are there in gitlab", "gitlab__list_pipeline"],
  ["create a merge request", "gitlab__create_merge_request"],
  ["search slack messages for a word", "slack__search_message"],
  ["set up a reminder in slack", "slack__create_reminder"],
  ["duplicate a notion page", "notion__copy_page"],
  ["update the fields of a jira ticket", "jira__update_ticket"],
  ["give my colleague access to a board", "jira__share_board"],
  ["make an invoice", "stripe__create_invoice"],
  ["refund details", "stripe__get_refund"],
  ["list database tables in postgres", "postgres__list_table"],
  ["export a screenshot of the browser", "browser__export_screenshot"],
  ["remove a folder", "files__delete_folder"],
  ["restore a file that was removed", "files__restore_file"],
  ["create a calendar event", "calendar__create_event"],
  ["find an email by its text", "mail__search_email"],
  ["get the weather forecast", "weather__get_forecast"],
  ["list pods in kubernetes", "kubernetes__list_pod"],
];
