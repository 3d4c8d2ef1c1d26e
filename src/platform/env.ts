/** Environment variables of a program. */
export type Env = Readonly<Record<string, string | undefined>>;
