/** Prints how long the extension's bundle takes to load, in milliseconds, in a process that has loaded nothing else. */
import { registerHooks } from "node:module";

// The editor's module is there already when an extension loads.
const editor = "export class EventEmitter {}; export class Disposable {}";
registerHooks({
  resolve: (name, context, next) =>
    name === "vscode" ? { url: `data:text/javascript,${editor}`, shortCircuit: true } : next(name, context),
});
const begun = performance.now();
await import(process.argv[2]);
console.log((performance.now() - begun).toFixed(1));
