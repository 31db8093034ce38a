/** Our programs that transcripts run. */
export const programs = ['trove-manage', 'trovets'] as const
export type Program = (typeof programs)[number]

/** A command line, where it runs, and what is on its standard input. */
export type CommandLine = Readonly<{
  program: Program
  args: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  input?: string
}>
