/** Environment variables, as a program is given them. */
export type Env = Readonly<Record<string, string | undefined>>;
