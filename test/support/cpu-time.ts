/** Processor time of this process, so that other work of the machine does not count. */

/** Milliseconds of processor time that the work took. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
